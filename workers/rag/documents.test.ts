import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { homeOf } from "#run/run-id";
import type { Chunk, DocumentContent, IndexStats, Ingestion, RagDocument } from "#rag/schema";
import { asCaller } from "../../test/support/as-caller.ts";
import { allEvents } from "../../test/support/sse-events.ts";
import {
	answerTo,
	documentOf,
	expectJson,
	expectProblem,
	listedAs,
	newDocument,
	newIndex,
	searchFor,
	upload,
	uploaded,
} from "./testing.ts";

function somebody() {
	const id = `usr_${crypto.randomUUID()}`;
	return { id, caller: asCaller(id) };
}

const handbook = `# Handbook

## Holidays

Employees have thirty days of paid leave a year. Leave is asked for two weeks ahead.

## Travel

Trains are booked in second class. Flights need the consent of the head of department.
`;

describe("a document", () => {
	test("is processed, listed, read, found and deleted", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const document = await newDocument(caller, indexId, handbook, { name: "handbook.md", metadata: { year: 2026 } });
		expect(document).toMatchObject({
			...{
				status: "ready",
				type: "markdown",
				contentType: "text/markdown",
				title: "Handbook",
				originalName: "handbook.md",
			},
			...{ size: handbook.length, characters: handbook.length, metadata: { year: 2026 }, indexId },
		});
		expect(document.contentHash).toMatch(/^[0-9a-f]{64}$/);
		expect(await listedAs(caller, document.id, "ready")).toMatchObject({ chunkCount: document.chunkCount });

		const content = await expectJson<DocumentContent>(
			await caller.get(`/api/v1/documents/${document.id}/content`),
			200,
		);
		const { chunks } = await expectJson<{ chunks: Chunk[] }>(
			await caller.get(`/api/v1/documents/${document.id}/chunks`),
			200,
		);
		expect(chunks).toHaveLength(document.chunkCount);
		for (const { text, start, end } of chunks) expect(content.text.slice(start, end)).toBe(text);
		const original = await caller.get(`/api/v1/documents/${document.id}/original`);
		expect(original.headers.get("content-disposition")).toMatch(/^attachment/);
		expect(original.headers.get("x-content-type-options")).toBe("nosniff");
		expect(await original.text()).toBe(handbook);

		const [best] = await searchFor(caller, "How many days of leave?", { indexIds: [indexId] });
		expect(best).toMatchObject({ documentId: document.id, title: "Handbook", metadata: { year: 2026 } });
		expect(best!.text).toContain("thirty days");

		expect((await caller.send("DELETE", `/api/v1/documents/${document.id}`)).status).toBe(204);
		await expectProblem(await caller.get(`/api/v1/documents/${document.id}`), 404, "not_found");
		expect(await searchFor(caller, "How many days of leave?", { indexIds: [indexId] })).toEqual([]);
		const stats = await expectJson<IndexStats>(await caller.get(`/api/v1/indexes/${indexId}/stats`), 200);
		expect(stats).toMatchObject({ chunks: 0, documents: { ready: 0 } });
		expect((await env.DOCUMENTS.list({ prefix: `documents/${document.id}/` })).objects).toEqual([]);
	});

	test("tells of its processing as it goes", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const { executionId, id } = await newDocument(caller, indexId, handbook);
		const stream = await caller.get(`/api/v1/documents/executions/${executionId}/stream`);
		expect((await allEvents(stream)).map(({ event }) => event)).toEqual([
			...["run.queued", "run.started", "document.parsed", "document.chunked"],
			...["document.embedded", "document.indexed", "run.completed"],
		]);
		const execution = await caller.get(`/api/v1/documents/executions/${executionId}`);
		expect(await expectJson<Ingestion>(execution, 200)).toMatchObject({ documentId: id, status: "completed" });
	});

	test("comes once, however often its bytes are sent", async () => {
		const { id: userId, caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const first = await newDocument(caller, indexId, handbook);
		expect((await newDocument(caller, indexId, handbook, { name: "again.txt" })).id).toBe(first.id);
		const answers = await Promise.all(
			Array.from(
				{ length: 5 },
				async (_, i) => await uploaded(await upload(userId, indexId, { [`${i}.txt`]: "Identical twins." })),
			),
		);
		const { documents } = await expectJson<{ documents: RagDocument[] }>(
			await caller.get(`/api/v1/documents?indexId=${indexId}`),
			200,
		);
		expect(documents).toHaveLength(2);
		await vi.waitFor(async () =>
			expect(await searchFor(caller, "identical twins", { indexIds: [indexId], mode: "keyword" })).toHaveLength(1),
		);
		expect(answers.flatMap((answer) => answer.failed)).toEqual([]);
		// In another index it is another.
		const other = await newIndex(caller);
		expect((await newDocument(caller, other.id, handbook)).id).not.toBe(first.id);
	});

	test("that cannot be read says why, is found nowhere, and can be sent again", async () => {
		const { id: userId, caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const broken = new Uint8Array([0x25, 0x50, 0x44, 0x46, 0x2d, 0x31, 0x2e, 0x37, 0x0a, 0x78]);
		const { documents, failed } = await uploaded(
			await upload(userId, indexId, { "broken.pdf": broken, "good.txt": "A good note.", "empty.txt": "" }),
		);
		expect(documents.map(({ originalName, status }) => [originalName, status])).toEqual([
			["broken.pdf", "failed"],
			["good.txt", "ready"],
		]);
		expect(documents[0]!.error!.message).toContain("broken.pdf");
		expect(failed).toMatchObject([{ name: "empty.txt", code: "invalid_input" }]);
		const again = await expectJson<RagDocument>(
			await caller.post(`/api/v1/documents/${documents[0]!.id}/reindex`, undefined),
			202,
		);
		expect(again.executionId).not.toBe(documents[0]!.executionId);
		await listedAs(caller, again.id, "failed");
		await expectProblem(await caller.get(`/api/v1/documents/${again.id}/content`), 409, "conflict");
	}, 20_000);

	test("is cut as its index says, also once more", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const { id, chunkCount } = await newDocument(caller, indexId, handbook.repeat(20));
		const chunking = { strategy: "tokens", size: 16, overlap: 0 };
		await expectJson(await caller.send("PATCH", `/api/v1/indexes/${indexId}`, { chunking }), 200);
		await expectJson(await caller.post(`/api/v1/documents/${id}/reindex`, undefined), 202);
		await vi.waitFor(async () => expect((await documentOf(caller, id)).chunkCount).toBeGreaterThan(chunkCount), 10_000);
		const fine = (await documentOf(caller, id)).chunkCount;
		await expectJson(await caller.send("PATCH", `/api/v1/indexes/${indexId}`, { chunking: {} }), 200);
		await expectJson(await caller.post(`/api/v1/documents/${id}/reindex`, undefined), 202);
		await vi.waitFor(async () => expect((await documentOf(caller, id)).chunkCount).toBe(chunkCount), 10_000);
		const stats = await expectJson<IndexStats>(await caller.get(`/api/v1/indexes/${indexId}/stats`), 200);
		expect({ fine: fine > chunkCount, chunks: stats.chunks }).toEqual({ fine: true, chunks: chunkCount });
	});

	test("is processed also where its object has left memory", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const accepted = await caller.post("/api/v1/documents", { indexId, text: handbook, name: "late.md" });
		const { id, executionId } = await expectJson<RagDocument>(accepted, 202);
		await evictDurableObject(env.INGESTIONS.getByName(homeOf(executionId)));
		expect(await listedAs(caller, id, "ready")).toMatchObject({ type: "markdown" });
	});

	test("keeps a title and metadata that were changed, and is found by them", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const { id } = await newDocument(caller, indexId, handbook);
		const changed = await caller.send("PATCH", `/api/v1/documents/${id}`, {
			title: "Rules of the house",
			metadata: { team: "people" },
		});
		expect(await expectJson<RagDocument>(changed, 200)).toMatchObject({ title: "Rules of the house" });
		const filter = { field: "team", eq: "people" };
		expect(await searchFor(caller, "rules of the house", { indexIds: [indexId], filter, mode: "keyword" })).not.toEqual(
			[],
		);
		expect(await searchFor(caller, "rules", { indexIds: [indexId], filter: { not: filter } })).toEqual([]);
	});
});

describe("search", () => {
	test("has modes, neighbours, parts and diversity", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller, { chunking: { size: 16, overlap: 0, parentWindow: 64 } });
		await newDocument(caller, indexId, handbook);
		const ask = { indexIds: [indexId], limit: 3 };
		for (const mode of ["hybrid", "vector", "keyword"]) {
			const [best] = await searchFor(caller, "flights consent department", { ...ask, mode });
			expect(best!.text, mode).toContain("Flights");
			expect(best!.highlights.map(({ start, end }) => best!.text.slice(start, end).toLowerCase())).toContain("flights");
		}
		const [explained] = await searchFor(caller, "flights", { ...ask, explain: true, neighbours: 1, parents: true });
		expect(explained!.parts!.keyword).toBeGreaterThan(0);
		expect(explained!.before!.concat(explained!.after!).length).toBeGreaterThan(0);
		expect(explained!.parent!.text).toContain(explained!.text);
		expect(await searchFor(caller, "flights", { ...ask, diversity: 1 })).toHaveLength(3);
		expect(await searchFor(caller, "flights", { ...ask, minScore: 2 })).toEqual([]);
	});

	test("safety: finds nothing of another's, whatever is asked, and all that is shared", async () => {
		const [ada, bob] = [somebody().caller, somebody().caller];
		const secret = `The code word is ${crypto.randomUUID()}.`;
		const { id: indexId } = await newIndex(ada);
		await newDocument(ada, indexId, secret);
		expect(await searchFor(bob, secret)).toEqual([]);
		await expectProblem(await bob.post("/api/v1/search", { query: secret, indexIds: [indexId] }), 404, "not_found");
		await expectProblem(await bob.post("/api/v1/documents", { indexId, text: "Mine." }), 404, "not_found");
		await expectJson(await ada.send("PATCH", `/api/v1/indexes/${indexId}`, { shared: true }), 200);
		expect(await searchFor(bob, secret, { indexIds: [indexId] })).toHaveLength(1);
		await expectProblem(await bob.post("/api/v1/documents", { indexId, text: "Mine." }), 403, "forbidden");
	});

	test("goes on finding while the index learns, and after", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		for (let i = 0; i < 12; i++)
			await newDocument(
				caller,
				indexId,
				`Note ${i} on the subject of ${["owls", "trains", "bread"][i % 3]} and number ${i}.`,
			);
		await vi.waitFor(
			async () => {
				const stats = await expectJson<IndexStats>(await caller.get(`/api/v1/indexes/${indexId}/stats`), 200);
				expect(stats.learntFrom).toBeGreaterThanOrEqual(10);
			},
			{ timeout: 15_000, interval: 200 },
		);
		const found = await searchFor(caller, "owls", { indexIds: [indexId], limit: 4, mode: "vector" });
		expect(found.map(({ text }) => text.includes("owls"))).toEqual([true, true, true, true]);
	}, 20_000);
});

describe("answers", () => {
	test("cite the sentence that says it, which stands there", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const { id } = await newDocument(caller, indexId, handbook, { name: "handbook.md" });
		const answer = await answerTo(caller, "How many days of paid leave do employees have?", { indexIds: [indexId] });
		expect(answer).toMatchObject({ found: true, model: "local/dev" });
		expect(answer.answer).toContain("thirty days of paid leave");
		const [citation] = answer.citations;
		expect(citation).toMatchObject({ documentId: id, title: "Handbook", confidence: 1 });
		const { text } = await expectJson<DocumentContent>(await caller.get(citation!.url!), 200);
		expect(text.slice(citation!.start, citation!.end)).toBe(citation!.excerpt);
		expect(answer.sentences[0]).toMatchObject({ supported: true, citations: [citation!.number] });
	});

	test("say so where the documents do not", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		expect(await answerTo(caller, "What is the capital of Peru?", { indexIds: [indexId] })).toMatchObject({
			found: false,
			citations: [],
		});
		await newDocument(caller, indexId, handbook);
		expect(await answerTo(caller, "What is the capital of Peru?", { indexIds: [indexId] })).toMatchObject({
			found: false,
			citations: [],
		});
	});

	test("come as they are made, and whole at the end", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		await newDocument(caller, indexId, handbook);
		const question = { question: "In which class are trains booked?", indexIds: [indexId], stream: true };
		const text = await (await caller.post("/api/v1/qa", question)).text();
		const events = text
			.trim()
			.split("\n\n")
			.map((frame) => ({
				event: /^event: (.*)$/m.exec(frame)![1],
				data: JSON.parse(/^data: (.*)$/m.exec(frame)![1]!) as { text?: string; answer?: string },
			}));
		const { data } = events.at(-1)!;
		expect(events.at(-1)!.event).toBe("answer");
		expect(
			events
				.slice(0, -1)
				.map((one) => one.data.text)
				.join(""),
		).toBe(data.answer);
		expect(data.answer).toContain("second class");
	});

	test("understand a question by the one before", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		await newDocument(caller, indexId, handbook);
		const history = [
			{ role: "user", content: "Tell me about flights." },
			{ role: "assistant", content: "They need consent." },
		];
		const answer = await answerTo(caller, "Whose?", { indexIds: [indexId], history });
		expect(answer.query).toContain("flights");
	});
});
