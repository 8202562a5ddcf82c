/**
 * Kills the runtime while documents are uploaded, processed and deleted, and expects every one to be there once: listed,
 * cut as its chunker cuts it, found by what it alone says. What was deleted stays away.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { chunkDocument } from "#rag/chunking/chunk-document";
import { parseDocument } from "#rag/documents/parse-document";
import type { ApiClient, Json } from "../../scripts/api-client.ts";
import type { Platform } from "../../scripts/platform.ts";
import { faultAdmin, startFaultPlatform, stopFaultPlatform } from "../support/fault-platform.ts";
import { allOf, chunksOf, newIndex, searchFor, uploadFiles } from "../support/documents.ts";
import { faultSeeds, insist, isLong, killRuntime } from "../support/kill-runtime.ts";
import { newPerson } from "../support/people.ts";
import { type SeededRandom, seededRandom } from "../support/seeded-random.ts";

/** That stay in the end: most of them uploaded, the last ones fetched from a server that takes its time. */
const documents = 50;
const fetched = 10;
const filesAtOnce = 5;
/** One of each upload is deleted as soon as it was accepted. */
const deletions = (documents - fetched) / (filesAtOnce - 1);
const uploaders = 2;
const killsOfUploads = isLong ? 5 : 3;
/** Each while documents are fetched, so that it finds some of them half done. */
const killsOfProcessing = isLong ? 3 : 1;
const kills = killsOfUploads + killsOfProcessing;
const serverMs = 500;
const settledWithinMs = 60_000;

/** Fine, so that a document is many chunks, and no word of it stands in two of them. */
const chunking = { strategy: "structure" as const, size: 48, overlap: 0 };

interface Written {
	name: string;
	content: string;
	/** Stands in it once, and nowhere else. */
	mark: string;
}

let platform: Platform;

beforeAll(async () => {
	platform = await startFaultPlatform({ EGRESS_ALLOW: "127.0.0.0/8" });
});

afterAll(async () => {
	await stopFaultPlatform(platform);
});

test.each(faultSeeds())(
	`${kills} kills over the processing of ${documents} documents, seed %i`,
	{ timeout: 600_000 },
	async (seed) => {
		const random = seededRandom(seed);
		const ada = await newPerson({ url: platform.url, admin: faultAdmin });
		const indexId = await newIndex(ada, { chunking });
		const restartsBefore = platform.restarts;

		const wanted = Array.from({ length: documents }, (_, i) => write(random, seed, i));
		const unwanted = Array.from({ length: deletions }, (_, i) => write(random, seed, documents + i));
		const ids = new Map<string, string>();
		let requests = 0;
		let posts = 0;
		let deleted = 0;
		const send = async (batch: Written[]) => {
			requests++;
			const answer = await insist(async () => {
				posts++;
				return await upload(ada, indexId, batch);
			});
			const { documents: accepted, failed } = await answer.json<Json>();
			expect(failed).toEqual([]);
			for (const { originalName, id } of accepted) ids.set(originalName, id);
			expect(batch.filter(({ name }) => !ids.has(name))).toEqual([]);
			for (const { name } of batch.filter((one) => unwanted.includes(one))) {
				await remove(ada, ids.get(name)!);
				deleted++;
			}
		};
		const uploads = batches(wanted.slice(0, -fetched), filesAtOnce - 1).map((batch, i) => [...batch, unwanted[i]!]);
		const waiting = [...uploads];
		const uploading = Array.from({ length: uploaders }, async () => {
			for (let batch = waiting.shift(); batch; batch = waiting.shift()) await send(batch);
		});
		const downtimes: { from: number; until: number }[] = [];
		const kill = async () => {
			const from = Date.now();
			await killRuntime(platform, random);
			downtimes.push({ from, until: Date.now() });
		};
		const uploaded = Promise.all(uploading);
		for (let round = 1; round <= killsOfUploads; round++) {
			const after = Math.floor(
				((round - random.integer(10, 90) / 100) * uploads.length * filesAtOnce) / killsOfUploads,
			);
			while (ids.size < after) await Promise.race([delay(5), uploaded]);
			// Somewhere within the requests that are on their way now.
			await delay(random.integer(0, 200));
			await kill();
		}
		await uploaded;
		const library = await startLibrary(wanted);
		await Promise.all(
			wanted.slice(-fetched).map(async ({ name }) => {
				const { id } = await ada.call("POST", "/api/v1/documents", { indexId, url: `${library.url}/${name}` });
				ids.set(name, id);
			}),
		);
		for (let round = 1; round <= killsOfProcessing; round++) {
			await vi.waitFor(() => expect(library.waiting()).toBeGreaterThan(0), { timeout: 20_000, interval: 10 });
			await delay(random.integer(0, serverMs / 2));
			await kill();
		}
		const lastKillAt = downtimes.at(-1)!.until;

		// Read from D1: it wakes no object.
		const settled = await untilProcessed(ada, indexId, lastKillAt + settledWithinMs);
		const settledAfterMs = Math.max(...settled.map(({ updatedAt }) => Date.parse(updatedAt))) - lastKillAt;
		library.close();
		const resumed = settled.filter(({ uploadedAt, updatedAt }) =>
			downtimes.some(({ from, until }) => Date.parse(uploadedAt) < from && Date.parse(updatedAt) > until),
		);
		const restarts = platform.restarts - restartsBefore;
		const stats = await ada.call("GET", `/api/v1/indexes/${indexId}/stats`);
		const byName = new Map(settled.map((document) => [document.originalName, document]));
		console.log(
			`seed ${seed}: ${kills} kills, ${restarts} restarts, ${posts} POSTs for ${requests} uploads, ` +
				`${settled.length} documents of ${stats.chunks} chunks, ${deleted} deleted; ` +
				`${resumed.length} were resumed, all ready ${settledAfterMs} ms after the last kill`,
		);
		expect(new Set(byName.keys())).toEqual(new Set(wanted.map(({ name }) => name)));
		expect(settled).toHaveLength(documents);
		expect(settled.filter(({ status }) => status !== "ready")).toEqual([]);
		expect(stats.documents).toEqual({ processing: 0, ready: documents, failed: 0 });
		expect(settledAfterMs).toBeLessThan(settledWithinMs);

		const totals = await Promise.all(
			wanted.map(async (one) => {
				const { id } = byName.get(one.name);
				expect(id, one.name).toBe(ids.get(one.name));
				const { row, chunks } = await made(one);
				expect(byName.get(one.name)).toMatchObject(row);
				const found = await chunksOf(ada, id);
				expect(
					found.map(({ text, start, end }) => ({ text, start, end })),
					one.name,
				).toEqual(chunks);
				expect(new Set(found.map((chunk) => chunk.id)).size).toBe(chunks.length);
				const hits = await searchFor(ada, one.mark, { indexIds: [indexId], mode: "keyword" });
				expect(hits.map(({ documentId }) => documentId)).toEqual([id]);
				return chunks.length;
			}),
		);
		expect(deleted).toBe(deletions);
		for (const { name, mark } of unwanted) {
			expect((await ada.fetch("GET", `/api/v1/documents/${ids.get(name)}`)).status).toBe(404);
			for (const mode of ["keyword", "hybrid"]) {
				const hits = await searchFor(ada, mark, { indexIds: [indexId], mode });
				expect(hits.filter(({ text, documentId }) => text.includes(mark) || documentId === ids.get(name))).toEqual([]);
			}
		}
		// What a kill left of a deletion goes with the next cron.
		const total = totals.reduce((sum, count) => sum + count, 0);
		await vi.waitFor(
			async () => expect((await ada.call("GET", `/api/v1/indexes/${indexId}/stats`)).chunks).toBe(total),
			{ timeout: 120_000, interval: 1_000 },
		);
		expect(restarts).toBeGreaterThanOrEqual(kills);
		// Otherwise no kill has met an upload, or none a document in the works.
		expect(posts).toBeGreaterThan(uploads.length);
		expect(resumed.length).toBeGreaterThan(0);
	},
);

/** Of a kind by turns; some are long. */
function write(random: SeededRandom, seed: number, i: number): Written {
	const mark = `mark${seed}x${i}`;
	const length = i % 12 === 0 ? random.integer(300, 600) : random.integer(1, 25);
	const paragraphs = Array.from({ length }, () => sentences(random));
	const marked = [`It says ${mark} here.`, ...paragraphs];
	const rows = paragraphs.map((text, row) => ({ row, subject: random.oneOf(subjects), says: text }));
	const kinds = {
		txt: () => marked.join("\n\n"),
		md: () => `# Notes\n\n${marked.map((text, at) => (at % 5 === 4 ? `## Part ${at}\n\n${text}` : text)).join("\n\n")}`,
		html: () =>
			`<!doctype html><title>Page</title><article>${marked.map((text) => `<p>${text}</p>`).join("")}</article>`,
		csv: () => ["row,subject,says", `0,${mark},-`, ...rows.map((one) => Object.values(one).join(","))].join("\n"),
		json: () => JSON.stringify({ mark, rows }),
	};
	const kind = (["txt", "md", "html", "csv", "json"] as const)[i % 5]!;
	return { name: `document-${i}.${kind}`, content: kinds[kind](), mark };
}

const subjects = ["owls", "trains", "bread", "harbours", "ledgers", "winters", "orchards", "bridges"] as const;
const verbs = ["wait for", "follow", "remember", "outlast", "resemble", "divide"] as const;

function sentences(random: SeededRandom): string {
	return Array.from({ length: random.integer(2, 6) }, () => {
		const count = random.integer(2, 99_999);
		return `${count} ${random.oneOf(subjects)} ${random.oneOf(verbs)} ${random.oneOf(subjects)}.`;
	}).join(" ");
}

/** Serves what was written, by its name. */
async function startLibrary(written: Written[]): Promise<{ url: string; waiting(): number; close(): void }> {
	let waiting = 0;
	const server = createServer((request, response) => {
		waiting++;
		response.on("close", () => waiting--);
		const content = written.find(({ name }) => request.url === `/${name}`)?.content;
		setTimeout(() => response.end(content), serverMs);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}`, waiting: () => waiting, close: () => server.close() };
}

/** What has to come of it. */
async function made({ name, content }: Written) {
	const parsed = await parseDocument(Buffer.from(content), { name });
	const chunks = chunkDocument(parsed, chunking).map(({ text, start, end }) => ({ text, start, end }));
	const contentHash = createHash("sha256").update(content).digest("hex");
	const row = { type: parsed.type, characters: parsed.text.length, chunkCount: chunks.length, contentHash };
	return { row, chunks };
}

function batches(written: Written[], length: number): Written[][] {
	return Array.from({ length: Math.ceil(written.length / length) }, (_, i) =>
		written.slice(i * length, (i + 1) * length),
	);
}

/** With its body: an answer that broke off is none. */
async function upload(api: ApiClient, indexId: string, batch: Written[]): Promise<Response> {
	const files = Object.fromEntries(batch.map(({ name, content }) => [name, content]));
	const answer = await uploadFiles(api, indexId, files, { prefer: "respond-async" });
	return new Response(await answer.arrayBuffer(), answer);
}

/** Asked again where there was no answer, it may be gone already. */
async function remove(api: ApiClient, id: string): Promise<void> {
	const { status } = await insist(() => api.fetch("DELETE", `/api/v1/documents/${id}`));
	expect([204, 404]).toContain(status);
}

async function listed(api: ApiClient, indexId: string): Promise<Json[]> {
	return await allOf(api, `/api/v1/documents?indexId=${indexId}&limit=100`, "documents");
}

async function untilProcessed(api: ApiClient, indexId: string, deadline: number): Promise<Json[]> {
	return await vi.waitFor(
		async () => {
			const found = await listed(api, indexId);
			expect(found.filter(({ status }) => status === "processing")).toEqual([]);
			return found;
		},
		{ timeout: Math.max(deadline - Date.now(), 1_000), interval: 500 },
	);
}
