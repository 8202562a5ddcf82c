/** Documents the whole way through the gateway: every way in, their processing as it goes, and every way to what is in them. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test, vi } from "vitest";
import type { ApiClient, Json } from "../../scripts/api-client.ts";
import {
	allOf,
	chunksOf,
	type Files,
	newDocument,
	newIndex,
	searchFor,
	untilStatus,
	uploadFiles,
} from "../support/documents.ts";
import { newPerson, type Person } from "../support/people.ts";
import { openSocket } from "../support/sockets.ts";

const instance = inject("platform");
const mebibyte = 1024 * 1024;
const handbook = `# Handbook

## Holidays

Employees have thirty days of paid leave a year. Leave is asked for two weeks ahead.

## Travel

Trains are booked in second class. Flights need the consent of the head of department.
`;
/** In their order. */
const stages = ["document.parsed", "document.chunked", "document.embedded", "document.indexed"];
const lifetime = ["run.queued", "run.started", ...stages, "run.completed"];

let source: Source;
let ada: Person;

beforeAll(async () => {
	source = await startSource();
	ada = await newPerson(instance);
});
afterAll(() => source.close());

describe("uploads", () => {
	const files: Files = {
		"leave.md": handbook,
		"page.html": "<!doctype html><title>The page</title><article><p>Bridges are painted in spring.</p></article>",
		"ports.csv": "port,depth\nBergen,11\nOslo,12\nHull,9\nGhent,13\nRiga,8\n",
		"config.json": '{"lighthouse": {"keeper": "Ingrid", "lamps": 3}}',
		"empty.txt": "",
		"picture.png": Buffer.from("89504e470d0a1a0a0000", "hex"),
		...Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`note-${i}.txt`, `Note number ${i} is about owls.`])),
	};

	test("many files at once become documents in their order, each of its own kind, and say which were refused", async () => {
		const indexId = await newIndex(ada);
		const answer = await uploadFiles(ada, indexId, files, { metadata: { batch: "first" } });
		expect(answer.status).toBe(200);
		const { documents, failed } = await answer.json<Json>();
		const names = Object.keys(files).filter((name) => name !== "empty.txt");
		expect(documents.map(({ originalName }: Json) => originalName)).toEqual(names);
		expect(documents.map(({ type, status }: Json) => type ?? status)).toEqual([
			...["markdown", "html", "csv", "json", "failed"],
			...Array.from({ length: 9 }, () => "text"),
		]);
		expect(failed).toMatchObject([{ name: "empty.txt", code: "invalid_input" }]);
		for (const { metadata, id } of documents) {
			expect(metadata).toEqual({ batch: "first" });
			expect(id).toMatch(/^doc_.{20,}$/);
		}
		const [best] = await searchFor(ada, "Who keeps the lighthouse?", { indexIds: [indexId] });
		expect(best).toMatchObject({ source: "config.json", metadata: { batch: "first" } });
		const again = await (await uploadFiles(ada, indexId, files)).json<Json>();
		expect(again.documents.map(({ id }: Json) => id)).toEqual(documents.map(({ id }: Json) => id));
	});

	test("are listed by name, status and index, page by page", async () => {
		const [indexId, other] = [await newIndex(ada), await newIndex(ada)];
		await uploadFiles(ada, indexId, files);
		await newDocument(ada, other, "Elsewhere.", { name: "note-elsewhere.txt" });
		const list = async (query: string) =>
			(await allOf(ada, `/api/v1/documents?limit=4&indexId=${indexId}${query}`, "documents")).map(
				({ originalName }) => originalName,
			);
		const all = Object.keys(files).filter((name) => name !== "empty.txt");
		expect(await list("")).toEqual(all.toReversed());
		expect(await list("&status=failed")).toEqual(["picture.png"]);
		expect(await list("&status=processing")).toEqual([]);
		expect(await list("&name=NOTE-")).toEqual(all.filter((name) => name.startsWith("note-")).toReversed());
		expect(await list("&name=%25")).toEqual([]);
		const { documents } = await ada.call("GET", "/api/v1/documents?name=note-elsewhere");
		expect(documents).toMatchObject([{ indexId: other }]);
		for (const query of ["status=deleting", "limit=0", "cursor=nonsense"]) {
			expect((await ada.fetch("GET", `/api/v1/documents?${query}`)).status, query).toBe(422);
		}
	});

	test("may be the bytes as they are, or text in JSON: the same bytes are one document", async () => {
		const indexId = await newIndex(ada);
		const raw = await post(ada, `/api/v1/documents/upload?indexId=${indexId}&name=rules.md`, Buffer.from(handbook));
		const [document] = (await raw.json<Json>()).documents;
		expect(document).toMatchObject({ originalName: "rules.md", type: "markdown", size: Buffer.byteLength(handbook) });
		const text = await ada.fetch("POST", "/api/v1/documents", { indexId, text: handbook, name: "other.txt" });
		expect(text.status).toBe(200);
		expect(text.headers.get("location")).toBe(`/api/v1/documents/${document.id}`);
		expect(await text.json<Json>()).toMatchObject({ id: document.id, originalName: "rules.md" });
		const original = await ada.fetch("GET", `/api/v1/documents/${document.id}/original`);
		expect(await original.text()).toBe(handbook);
	});

	test("wait as long as the client says, and no longer", async () => {
		const indexId = await newIndex(ada);
		const add = async (prefer: string, ms: number) => {
			const begun = performance.now();
			const body = { indexId, url: `${source.url}/slow?ms=${ms}` };
			const { status } = await ada.fetch("POST", "/api/v1/documents", body, { prefer });
			return { status, took: performance.now() - begun };
		};
		expect((await add("respond-async", 2_000)).status).toBe(202);
		const short = await add("wait=1", 4_000);
		expect(short.status).toBe(202);
		expect(short.took).toBeGreaterThan(900);
		expect(short.took).toBeLessThan(3_500);
		expect((await add("wait=20", 1_000)).status).toBe(200);
	});

	test("over the limit are refused: the body, and the text", async () => {
		const indexId = await newIndex(ada);
		const path = `/api/v1/documents/upload?indexId=${indexId}`;
		expect((await post(ada, path, Buffer.alloc(10 * mebibyte + 1, "a "))).status).toBe(413);
		const streamed = new Blob([Buffer.alloc(11 * mebibyte, "a ")]).stream();
		expect((await post(ada, path, streamed)).status).toBe(413);
		const long = await ada.fetch("POST", "/api/v1/documents", { indexId, text: "x".repeat(1_000_001) });
		expect(long.status).toBe(422);
		const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`${i}.txt`, `Number ${i}.`]));
		expect((await uploadFiles(ada, indexId, many)).status).toBe(422);
		expect((await ada.call("GET", `/api/v1/documents?indexId=${indexId}`)).documents).toEqual([]);
	});
});

describe("documents from an address", () => {
	test("are fetched, also by a redirect, and called as the address calls them", async () => {
		const indexId = await newIndex(ada);
		const document = await fetched(indexId, "/docs/hand%20book.md");
		expect(document).toMatchObject({
			...{ status: "ready", type: "markdown", originalName: "hand book.md" },
			sourceUrl: `${source.url}/docs/hand%20book.md`,
		});
		expect(await fetched(indexId, "/redirect?to=/docs/ports.csv")).toMatchObject({ status: "ready", type: "csv" });
		const [best] = await searchFor(ada, "How deep is the port of Ghent?", { indexIds: [indexId], limit: 1 });
		expect(best.text).toContain("Ghent");
	});

	test.each([
		["/none.md", "bad_gateway", "answered 404"],
		["/huge", "payload_too_large", "is larger than"],
		["/reset", "bad_gateway", "Nothing could be fetched"],
		["/redirect?to=/redirect", "address_not_allowed", "redirects more than 5 times"],
		["/empty", "invalid_input", "empty"],
	])("that cannot be had say why: %s", async (path, code, reason) => {
		const document = await fetched(await newIndex(ada), path);
		expect(document).toMatchObject({ status: "failed", error: { code, message: expect.stringContaining(reason) } });
		const content = await ada.fetch("GET", `/api/v1/documents/${document.id}/content`);
		expect([content.status, (await content.json<Json>()).detail]).toEqual([409, expect.stringContaining(reason)]);
	});

	test("that hang can be cancelled, which closes the connection, and be processed again", async () => {
		const indexId = await newIndex(ada);
		const { id, executionId } = await ada.call("POST", "/api/v1/documents", {
			indexId,
			url: `${source.url}/hang-once`,
		});
		const hung = await vi.waitFor(() => {
			const request = source.requests.find(({ path }) => path === "/hang-once");
			expect(request).toBeDefined();
			return request!;
		}, 5_000);
		const path = `/api/v1/documents/executions/${executionId}`;
		expect(await ada.call("POST", `${path}/cancel`)).toMatchObject({ status: "cancelled", documentId: id });
		await vi.waitFor(() => expect(hung.closed).toBe(true), 2_000);
		expect(await ada.call("POST", `${path}/cancel`)).toMatchObject({ status: "cancelled" });
		expect(await untilStatus(ada, id, "failed", 5_000)).toMatchObject({ error: { code: "cancelled" } });
		const again = await ada.call("POST", `/api/v1/documents/${id}/reindex`);
		expect(again).toMatchObject({ id, status: "processing" });
		expect(await untilStatus(ada, id, "ready")).toMatchObject({ type: "text" });
		expect(await typesOf(ada, executionId)).toEqual(["run.queued", "run.started", "run.cancelled"]);
		expect(await typesOf(ada, again.executionId)).toEqual(lifetime);
	});
});

describe("the processing of a document", () => {
	test("is a stream of events that resumes after any of them", async () => {
		const indexId = await newIndex(ada, { chunking: { size: 16, overlap: 0 } });
		const { id, executionId } = await ada.call("POST", "/api/v1/documents", { indexId, url: `${source.url}/book` });
		const path = `/api/v1/documents/executions/${executionId}/stream`;
		const live = await Array.fromAsync(ada.events(await ada.fetch("GET", path)));
		expect(live.map(({ id }) => Number(id))).toEqual(live.map((_, i) => i + 1));
		const types = live.map(({ event }) => event);
		expect([...new Set(types)]).toEqual(lifetime);
		const { chunkCount } = await untilStatus(ada, id, "ready");
		const embedded = live.filter(({ event }) => event === "document.embedded").map(({ data }) => data.data);
		expect(embedded.length).toBeGreaterThan(3);
		expect(embedded.at(-1)).toEqual({ done: chunkCount, total: chunkCount });
		for (const [i, { done }] of embedded.entries()) expect(done).toBeGreaterThan(embedded[i - 1]?.done ?? 0);

		const rest = await ada.fetch("GET", path, undefined, { "last-event-id": "3" });
		expect(await Array.fromAsync(ada.events(rest))).toEqual(live.slice(3));
		const last = { "last-event-id": String(live.length) };
		expect((await ada.fetch("GET", path, undefined, last)).status).toBe(204);
		const execution = await ada.call("GET", `/api/v1/documents/executions/${executionId}`);
		expect(execution).toMatchObject({ documentId: id, status: "completed", lastSeq: live.length });
	});

	test("is a WebSocket too", async () => {
		const indexId = await newIndex(ada);
		const body = { indexId, url: `${source.url}/slow?ms=500` };
		const { executionId } = await ada.call("POST", "/api/v1/documents", body);
		const open = async (query = "") => {
			const url = `${instance.url}/api/v1/documents/executions/${executionId}/stream${query}`;
			const socket = await openSocket(url, { protocols: ["agentic-edge", `bearer.${ada.token}`] });
			onTestFinished(() => socket.close());
			await socket.next(({ type }) => type === "run.completed");
			return socket.frames;
		};
		const live = await open();
		expect(live.map(({ type }) => type)).toEqual(lifetime);
		expect(live.map(({ seq }) => seq)).toEqual(lifetime.map((_, i) => i + 1));
		expect(await open("?after=4")).toEqual(live.slice(4));
	});

	test("is one trace, from the gateway to the index; so is a question", async () => {
		const indexId = await newIndex(ada);
		const added = await ada.fetch("POST", "/api/v1/documents", { indexId, text: handbook }, { prefer: "wait=30" });
		const { id, executionId } = await added.json<Json>();
		const execution = await ada.call("GET", `/api/v1/documents/executions/${executionId}`);
		expect(execution.traceId).toBe(added.headers.get("x-trace-id"));
		const root = await traceOf(ada, execution.traceId, [
			...["gateway POST /api/v1/documents/*", "rag POST /api/v1/documents", "rag ingest_document"],
			...["rag parse_document", "rag index_document"],
		]);
		const { tags } = spanIn(root, "ingest_document");
		expect(tags).toMatchObject({ "agentic_edge.document.id": id, "agentic_edge.index.id": indexId });

		const question = { question: "In which class are trains booked?", indexIds: [indexId] };
		const asked = await ada.fetch("POST", "/api/v1/qa", question);
		const answered = await traceOf(ada, asked.headers.get("x-trace-id"), [
			...["gateway POST /api/v1/qa/*", "rag POST /api/v1/qa", "rag search_documents", "rag chat dev"],
		]);
		expect(JSON.stringify([root, answered])).not.toMatch(/second class|paid leave|are trains booked/);
	});
});

describe("what is in documents", () => {
	test("is filtered by metadata, as it is now", async () => {
		const indexId = await newIndex(ada);
		const add = async (year: number) =>
			await newDocument(ada, indexId, `The ferry of ${year} sails at noon.`, { metadata: { year, team: "port" } });
		const [old, recent] = [await add(2019), await add(2026)];
		const found = async (filter: object, mode = "hybrid") =>
			(await searchFor(ada, "When does the ferry sail?", { indexIds: [indexId], filter, mode })).map(
				({ documentId }): string => documentId,
			);
		const both = expect.toSatisfy(
			(ids: string[]) => ids.length === 2 && ids.includes(old.id) && ids.includes(recent.id),
		);
		const since2020 = {
			and: [
				{ field: "team", eq: "port" },
				{ field: "year", gte: 2020 },
			],
		};
		for (const mode of ["hybrid", "vector", "keyword"]) {
			expect(await found(since2020, mode), mode).toEqual([recent.id]);
			expect(await found({ field: "team", eq: "port" }, mode)).toEqual(both);
		}
		const changed = { metadata: { year: 2021, team: "port" }, title: "The old ferry" };
		expect(await ada.call("PATCH", `/api/v1/documents/${old.id}`, changed)).toMatchObject(changed);
		expect(await found(since2020)).toEqual(both);
		expect(await found({ field: "year", lt: 2020 })).toEqual([]);
		const filter = { field: "year", eq: 2021 };
		const answer = await ada.call("POST", "/api/v1/qa", {
			question: "When does the ferry sail?",
			indexIds: [indexId],
			filter,
		});
		expect(answer.citations).toMatchObject([{ documentId: old.id, title: "The old ferry" }]);
		expect(await untilStatus(ada, old.id, "ready")).toMatchObject(changed);
	});

	test("is answered from, whole or as it comes, with citations that stand there", async () => {
		const indexId = await newIndex(ada);
		const { id } = await newDocument(ada, indexId, handbook, { name: "handbook.md" });
		const question = { question: "How many days of paid leave do employees have?", indexIds: [indexId] };
		const whole = await ada.call("POST", "/api/v1/qa", question);
		expect(whole).toMatchObject({ found: true, citations: [{ documentId: id, source: "handbook.md" }] });
		const [{ url, start, end, excerpt }] = whole.citations;
		expect(excerpt).toContain("thirty days");
		expect((await ada.call("GET", url)).text.slice(start, end)).toBe(excerpt);
		const streamed = await ada.fetch("POST", "/api/v1/qa", { ...question, stream: true });
		expect(streamed.headers.get("content-type")).toMatch(/^text\/event-stream/);
		const events = await Array.fromAsync(ada.events(streamed));
		expect(events.at(-1)).toMatchObject({ event: "answer", data: whole });
		const deltas = events.slice(0, -1);
		expect(deltas.length).toBeGreaterThan(1);
		expect(deltas.every(({ event }) => event === "delta")).toBe(true);
		expect(deltas.map(({ data }) => data.text).join("")).toBe(whole.answer);
	});

	test("is gone everywhere within five seconds when the document is deleted", async () => {
		const indexId = await newIndex(ada);
		const kept = await newDocument(ada, indexId, "The mill grinds barley on Mondays.", { name: "mill.txt" });
		const { id, executionId } = await newDocument(ada, indexId, handbook);
		const query = "How many days of paid leave do employees have?";
		const ask = async () => await ada.call("POST", "/api/v1/qa", { question: query, indexIds: [indexId] });
		expect(await ask()).toMatchObject({ found: true });
		const begun = performance.now();
		expect((await ada.fetch("DELETE", `/api/v1/documents/${id}`)).status).toBe(204);
		for (const mode of ["hybrid", "vector", "keyword"]) {
			const hits = await searchFor(ada, query, { indexIds: [indexId], mode });
			expect(
				hits.filter(({ documentId }) => documentId !== kept.id),
				mode,
			).toEqual([]);
		}
		expect(await ask()).toMatchObject({ found: false, citations: [] });
		for (const path of ["", "/content", "/chunks", "/original"]) {
			expect((await ada.fetch("GET", `/api/v1/documents/${id}${path}`)).status, path).toBe(404);
		}
		expect((await ada.fetch("POST", `/api/v1/documents/${id}/reindex`)).status).toBe(404);
		expect((await ada.fetch("DELETE", `/api/v1/documents/${id}`)).status).toBe(404);
		const stats = await ada.call("GET", `/api/v1/indexes/${indexId}/stats`);
		expect(stats).toMatchObject({ documents: { ready: 1 }, chunks: kept.chunkCount });
		expect(performance.now() - begun).toBeLessThan(5_000);
		// Whoever sends it again gets another document.
		const again = await newDocument(ada, indexId, handbook);
		expect(again.status).toBe("ready");
		expect([again.id, again.executionId]).not.toEqual([id, executionId]);
		expect(await ask()).toMatchObject({ found: true, citations: [{ documentId: again.id }] });
	});

	test("is never found when its document was deleted while it was processed", async () => {
		const indexId = await newIndex(ada);
		const { id } = await ada.call("POST", "/api/v1/documents", { indexId, url: `${source.url}/slow?ms=700` });
		expect((await ada.fetch("DELETE", `/api/v1/documents/${id}`)).status).toBe(204);
		const begun = performance.now();
		while (performance.now() - begun < 2_000) {
			expect(await searchFor(ada, "slow answer", { indexIds: [indexId] })).toEqual([]);
		}
		expect((await ada.fetch("GET", `/api/v1/documents/${id}`)).status).toBe(404);
		expect(await ada.call("GET", `/api/v1/indexes/${indexId}/stats`)).toMatchObject({ chunks: 0 });
	});

	test("goes with its index", async () => {
		const indexId = await newIndex(ada);
		const ready = await newDocument(ada, indexId, handbook);
		const open = await ada.call("POST", "/api/v1/documents", { indexId, url: `${source.url}/slow?ms=1000` });
		expect((await ada.fetch("DELETE", `/api/v1/indexes/${indexId}`)).status).toBe(204);
		for (const { id } of [ready, open]) {
			for (const path of ["", "/content", "/chunks", "/original"]) {
				expect((await ada.fetch("GET", `/api/v1/documents/${id}${path}`)).status).toBe(404);
			}
		}
		const wants = { indexIds: [indexId] };
		for (const [path, body] of [
			["/api/v1/search", { query: "leave", ...wants }],
			["/api/v1/qa", { question: "leave?", ...wants }],
			["/api/v1/documents", { indexId, text: "More." }],
		] as const) {
			expect((await ada.fetch("POST", path, body)).status, path).toBe(404);
		}
		expect((await ada.fetch("GET", `/api/v1/indexes/${indexId}/stats`)).status).toBe(404);
		const { documents } = await ada.call("GET", "/api/v1/documents?limit=100");
		expect(documents.filter((one: Json) => one.indexId === indexId)).toEqual([]);
	});

	test("of a shared index is everybody's to read, and its owner's to change", async () => {
		const bob = await newPerson(instance);
		const indexId = await newIndex(ada, { shared: true });
		const { id, executionId } = await newDocument(ada, indexId, handbook);
		const wants = { indexIds: [indexId] };
		expect((await searchFor(bob, "paid leave", wants)).length).toBeGreaterThan(0);
		const question = { question: "In which class are trains booked?", ...wants };
		expect(await bob.call("POST", "/api/v1/qa", question)).toMatchObject({ found: true });
		expect((await chunksOf(bob, id)).length).toBeGreaterThan(0);
		for (const path of [`/documents/${id}/content`, `/documents/${id}/original`, `/indexes/${indexId}/stats`]) {
			expect((await bob.fetch("GET", `/api/v1${path}`)).status, path).toBe(200);
		}
		// Without naming it, he searches what is his own.
		expect(await searchFor(bob, "paid leave")).toEqual([]);
		for (const [method, path, body] of [
			["POST", "/documents", { indexId, text: "Bob was here." }],
			["PATCH", `/documents/${id}`, { title: "Bob's" }],
			["DELETE", `/documents/${id}`],
			["POST", `/documents/${id}/reindex`],
			["PATCH", `/indexes/${indexId}`, { shared: false }],
			["DELETE", `/indexes/${indexId}`],
		] as const) {
			expect((await bob.fetch(method, `/api/v1${path}`, body)).status, `${method} ${path}`).toBe(403);
		}
		expect((await uploadFiles(bob, indexId, { "b.txt": "Bob was here." })).status).toBe(403);
		expect((await bob.fetch("POST", `/api/v1/documents/executions/${executionId}/cancel`)).status).toBe(404);
		await ada.call("PATCH", `/api/v1/indexes/${indexId}`, { shared: false });
		expect((await bob.fetch("POST", "/api/v1/search", { query: "paid leave", ...wants })).status).toBe(404);
		expect((await bob.fetch("GET", `/api/v1/documents/${id}/content`)).status).toBe(404);
	});
});

async function post(api: ApiClient, path: string, body: BodyInit): Promise<Response> {
	const headers = {
		authorization: `Bearer ${api.token}`,
		"content-type": "application/octet-stream",
		prefer: "wait=30",
	};
	return await fetch(`${api.url}${path}`, { method: "POST", headers, body, duplex: "half" } as RequestInit);
}

/** The document at this path of the source, once it is processed. */
async function fetched(indexId: string, path: string): Promise<Json> {
	const body = { indexId, url: source.url + path };
	return await ada.call("POST", "/api/v1/documents", body, { prefer: "wait=30" });
}

async function typesOf(api: ApiClient, executionId: string): Promise<string[]> {
	const stream = await api.fetch("GET", `/api/v1/documents/executions/${executionId}/stream`);
	return (await Array.fromAsync(api.events(stream))).map(({ event }) => event);
}

/** Spans come in batches: asks until one with this name is there, and the tree has one root. */
/** Once all of these spans have come; those of the same millisecond have no order. */
async function traceOf(api: ApiClient, traceId: string | null, names: string[]): Promise<Json> {
	return await vi.waitFor(
		async () => {
			const trace = await api.call("GET", `/api/v1/traces/${traceId}`);
			expect(trace.spans).toHaveLength(1);
			expect(namesIn(trace.spans[0]).toSorted()).toEqual(names.toSorted());
			return trace.spans[0];
		},
		{ timeout: 15_000, interval: 200 },
	);
}

function namesIn({ serviceName, operationName, children }: Json): string[] {
	return [`${serviceName} ${operationName}`, ...children.flatMap(namesIn)];
}

function spanIn(span: Json, name: string): Json {
	if (span.operationName === name) return span;
	return span.children.map((child: Json) => spanIn(child, name)).find(Boolean);
}

interface Source {
	url: string;
	requests: { path: string; closed: boolean }[];
	close(): void;
}

/** A server of documents: some are missing, endless or slow. */
async function startSource(): Promise<Source> {
	const requests: Source["requests"] = [];
	const server: Server = createServer((request, response) => {
		const seen = { path: request.url ?? "", closed: false };
		requests.push(seen);
		response.on("close", () => (seen.closed = true));
		answer(request, response, requests);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

function answer(request: IncomingMessage, response: ServerResponse, requests: Source["requests"]): void {
	const { pathname, searchParams } = new URL(request.url ?? "", "http://source");
	if (pathname === "/docs/hand%20book.md") response.end(handbook);
	else if (pathname === "/docs/ports.csv") {
		response.setHeader("content-type", "text/csv");
		response.end("port,depth\nBergen,11\nGhent,13\n");
	} else if (pathname === "/redirect")
		response.writeHead(302, { location: `${searchParams.get("to")}?to=/redirect` }).end();
	else if (pathname === "/book") response.end(`${handbook}\n`.repeat(200));
	else if (pathname === "/empty") response.end();
	else if (pathname === "/reset") request.socket.destroy();
	else if (pathname === "/huge") sendEndlessly(response);
	else if (pathname === "/slow") {
		const ms = Number(searchParams.get("ms"));
		setTimeout(() => response.end(`A slow answer, after ${ms} milliseconds.`), ms);
	} else if (pathname === "/hang-once") {
		if (requests.filter(({ path }) => path === pathname).length > 1) response.end("An answer at last.");
	} else response.writeHead(404).end("There is nothing here.");
}

/** Until nobody takes any more. */
function sendEndlessly(response: ServerResponse): void {
	const part = Buffer.alloc(mebibyte, "a ");
	const send = () => {
		while (!response.destroyed && response.write(part));
		if (!response.destroyed) response.once("drain", send);
	};
	send();
}
