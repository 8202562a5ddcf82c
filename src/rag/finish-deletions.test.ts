/** What was deleted is gone, whatever happened at the same time. */
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { newId } from "#core/ids";
import { homeOf, newRunId } from "#run/run-id";
import { addDocument } from "./add-document.ts";
import { type ChunkIndex } from "./chunk-index.ts";
import { ChunkWriter } from "./chunk-writer.ts";
import { finishDeletions } from "./finish-deletions.ts";
import { reindexDocument } from "./reindex-document.ts";
import { removeDocument } from "./remove-document.ts";
import { removeIndex } from "./remove-index.ts";
import { markIndexDeleted, getDocument } from "./store.ts";
import type { VectorStore } from "./vector-stores/vector-store.ts";
import {
	contextOf,
	withStart,
	newIndexOf,
	readyDocument,
	bytesOf,
	rowsOf,
	filesOf,
	chunkOf,
	inIndex,
	heldTexts,
} from "./rag.fixture.ts";

afterEach(() => vi.restoreAllMocks());

describe("a document that was deleted", () => {
	test("safety: does not come back by the listing of its processing that was late", async () => {
		const ctx = contextOf(newId("usr"));
		const document = await addDocument(ctx, {
			...{ indexId: await newIndexOf(ctx), name: "note.txt", metadata: {}, bytes: bytesOf("A note.") },
		});
		const go = Promise.withResolvers<void>();
		const home = env.INGESTIONS.getByName(homeOf(document.executionId)) as unknown as DurableObjectStub<never>;
		await runInDurableObject(home, (instance) => {
			const object = instance as unknown as { project(runs: unknown[]): Promise<void> };
			const project = object.project.bind(object);
			object.project = async (runs) => {
				await go.promise;
				await project(runs);
			};
		});
		await removeDocument(ctx, document.id);
		go.resolve();
		await scheduler.wait(1_500);
		await expect(getDocument(ctx, document.id)).rejects.toMatchObject({ code: "not_found" });
	}, 20_000);

	test("safety: does not come back by a request to process it that was on its way", async () => {
		const ctx = contextOf(newId("usr"));
		const { id } = await readyDocument(ctx, await newIndexOf(ctx), "A note.");
		const deleting = withStart(ctx, { before: () => removeDocument(ctx, id) });
		await reindexDocument(deleting, id).catch(() => {});
		await scheduler.wait(1_500);
		await expect(getDocument(ctx, id)).rejects.toMatchObject({ code: "not_found" });
	}, 20_000);

	test("safety: leaves no text behind that was just being written", async () => {
		const ctx = contextOf(newId("usr"));
		const { arrived, go } = heldTexts();
		const { id } = await addDocument(ctx, {
			...{ indexId: await newIndexOf(ctx), name: "note.txt", metadata: {}, bytes: bytesOf("A secret.") },
		});
		await arrived.promise;
		const deleted = removeDocument(ctx, id);
		await scheduler.wait(300);
		go.resolve();
		await deleted;
		await scheduler.wait(1_000);
		expect(await filesOf(id)).toEqual([]);
	}, 20_000);

	test("safety: leaves none of its words in what its index has learnt", async () => {
		const ctx = contextOf(newId("usr"));
		const indexId = await newIndexOf(ctx);
		const { id, shard } = await readyDocument(ctx, indexId, "The code word is xyzzyplugh.");
		await removeDocument(ctx, id);
		await vi.waitFor(async () => {
			const kept = await inIndex(`${indexId}/${shard}`, (_, { storage }) =>
				storage.sql
					.exec<{ bytes: ArrayBuffer }>("SELECT bytes FROM learnt_embedding")
					.toArray()
					.map(({ bytes }) => new TextDecoder("latin1").decode(bytes))
					.join(""),
			).catch(() => "");
			expect(kept.includes("xyzzyplugh")).toBe(false);
		}, 5_000);
	}, 20_000);
});

describe("an index that was deleted", () => {
	test("safety: keeps nothing of a document that was being added", async () => {
		const ctx = contextOf(newId("usr"));
		const indexId = await newIndexOf(ctx);
		const adding = withStart(ctx, { before: () => removeIndex(ctx, indexId) });
		const added = await addDocument(adding, {
			...{ indexId, name: "note.txt", metadata: {}, bytes: bytesOf("A secret.") },
		}).catch(() => undefined);
		await vi.waitFor(async () => {
			const [rows, files] = [await rowsOf(indexId), added ? await filesOf(added.id) : []];
			const { chunks } = await ctx.shard(indexId, "0.0").stats();
			expect({ rows, files, chunks }).toEqual({ rows: 0, files: [], chunks: 0 });
		}, 5_000);
	}, 20_000);

	test("safety: is gone within five seconds, also with hundreds of documents", async () => {
		const ctx = contextOf(newId("usr"));
		const indexId = await newIndexOf(ctx);
		const { executionId } = await readyDocument(ctx, indexId, "A note.");
		const home = homeOf(executionId);
		await env.DB.batch(
			Array.from({ length: 250 }, (_, i) =>
				env.DB.prepare(
					`INSERT INTO rag_documents SELECT ?, owner_id, index_id, shard, ?, original_name, content_type, type, title,
							size, ?, status, error, metadata, source_url, characters, pages, chunk_count, ?, uploaded_at, updated_at, folded_name, next_shard
							FROM rag_documents WHERE execution_id = ?`,
				).bind(`doc_${i}_${indexId}`, `doc_${i}_${indexId}`, `hash ${i}`, newRunId(home), executionId),
			),
		);
		expect(await rowsOf(indexId)).toBe(251);
		await removeIndex(ctx, indexId);
		await vi.waitFor(async () => expect(await rowsOf(indexId)).toBe(0), 5_000);
	}, 30_000);

	test("safety: keeps nothing that was learnt, also where the Worker died on the way", async () => {
		const ctx = contextOf(newId("usr"));
		const indexId = await newIndexOf(ctx);
		await readyDocument(ctx, indexId, "The code word is xyzzyplugh.");
		// All that `removeIndex` has done when it dies before its second step; the reconciler comes a minute later.
		await markIndexDeleted(ctx, indexId, new Date(Date.now() - 60_000).toISOString());
		await finishDeletions(ctx);
		await vi.waitFor(async () => expect(await rowsOf(indexId)).toBe(0), 2_000);
		expect((await ctx.shard(indexId, "0.0").stats()).learntFrom).toBe(0);
	}, 20_000);
});

describe("vectors that are kept elsewhere", () => {
	test("safety: none are written of a document that was deleted meanwhile", async () => {
		const deleted = new AbortController();
		const upsert = vi.fn(async () => {});
		const writer = new ChunkWriter({
			index: {
				async writeTexts() {
					deleted.abort(new Error("It was deleted."));
				},
			} as unknown as ChunkIndex,
			embedder: { model: "test", embed: async (texts: readonly string[]) => texts.map(() => Float32Array.of(1, 0)) },
			store: { upsert } as unknown as VectorStore,
		});
		const { span } = contextOf(newId("usr"));
		await writer.write([chunkOf("a:0", "A secret.")], { signal: deleted.signal, span }).catch(() => {});
		expect(upsert).not.toHaveBeenCalled();
	});

	test("safety: are erased in the end, also where the store could not be reached when the index was deleted", async () => {
		const ctx = contextOf(newId("usr"));
		const indexId = await newIndexOf(ctx);
		const erase = vi.fn().mockRejectedValueOnce(new Error("unreachable")).mockResolvedValue(undefined);
		const storeOf = async () => ({ erase }) as unknown as VectorStore;
		const withStore = { ...ctx, parts: Object.assign(Object.create(ctx.parts), { storeOf }) as typeof ctx.parts };
		await removeIndex(withStore, indexId).catch(() => {});
		// Whoever asked asks again, and the reconciler comes by.
		await removeIndex(withStore, indexId).catch(() => {});
		await finishDeletions(withStore);
		expect(erase.mock.calls.length).toBeGreaterThan(1);
	});
});
