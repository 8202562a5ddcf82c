/** An index is rebuilt while it is searched, and loses nothing whatever happens meanwhile. */
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { refusalOf } from "#core/refusal-of.fixture";
import { newId, newToken } from "#core/ids";
import type { Run } from "#run/run";
import { homeOf } from "#run/run-id";
import { addDocument } from "./add-document.ts";
import { buildOf } from "./build-of.ts";
import { otherBuilds } from "./build-store.ts";
import { ChunkWriter } from "./chunk-writer.ts";
import type { RagContext } from "./context.ts";
import { finishDeletions } from "./finish-deletions.ts";
import { IndexParts } from "./index-parts.ts";
import { indexStats } from "./index-stats.ts";
import { rebuildIndex } from "./rebuild-index.ts";
import { reindexDocument } from "./reindex-document.ts";
import { removeDocument } from "./remove-document.ts";
import { removeIndex } from "./remove-index.ts";
import { localModel, type RebuildIndex } from "./schema.ts";
import { search } from "./search.ts";
import { SearchRequest } from "./search-schema.ts";
import { findIndex, getIndex, getListedIndex } from "./store.ts";
import { updateDocument } from "./update-document.ts";
import { becomes, bytesOf, contextOf, newIndexOf, readyDocument } from "./rag.fixture.ts";

let byModel: RebuildIndex;
const local: RebuildIndex = { embeddingModel: localModel };
const texts = ["Owls hunt mice at night.", "Trains run on rails of steel.", "Bread is made of flour and water."];

beforeAll(async () => {
	const { url: baseUrl } = await (await fetch(`${inject("vectorStores")}/embeddings`)).json<{ url: string }>();
	byModel = { embeddingModel: "compatible/words", embedding: { apiKey: "sk-embedding", baseUrl } };
});

afterEach(() => vi.restoreAllMocks());

async function filledIndex(ctx: RagContext, fields: object = {}) {
	const indexId = await newIndexOf(ctx, fields);
	const ids: string[] = [];
	for (const text of texts) ids.push((await readyDocument(ctx, indexId, text)).id);
	return { indexId, ids };
}

async function ended(ctx: RagContext, run: Pick<Run, "id">) {
	const settled = await ctx.rebuilds(homeOf(run.id)).settled(ctx.caller, run.id, 15_000);
	// And is projected.
	await vi.waitFor(async () => {
		expect((await getListedIndex(ctx, settled.input.indexId)).rebuildId).toBeNull();
	}, 5_000);
	return settled;
}

async function foundBy(ctx: RagContext, indexId: string, query: string, mode = "vector"): Promise<string[]> {
	const results = await search(ctx, SearchRequest.parse({ query, indexIds: [indexId], mode, limit: 10 }));
	return results.map(({ text }) => text);
}

/** As the cron does, two minutes later. */
async function eraseRetired(ctx: RagContext): Promise<void> {
	await env.DB.prepare("UPDATE rag_builds SET updated_at = '2026-01-01T00:00:00.000Z' WHERE state = 'retired'").run();
	await finishDeletions(ctx);
}

/** Begun, and held in the middle: the first document that is copied waits until `go`. */
async function heldRebuild(ctx: RagContext, indexId: string, asked: RebuildIndex) {
	const [arrived, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
	const retain = ChunkWriter.prototype.retain;
	vi.spyOn(ChunkWriter.prototype, "retain").mockImplementationOnce(async function (this: ChunkWriter, ...held) {
		arrived.resolve();
		await go.promise;
		await retain.apply(this, held);
	});
	const run = await rebuildIndex(ctx, indexId, asked);
	await arrived.promise;
	return { run, go };
}

test("all is found by the new model, and the old vectors are erased", async () => {
	const ctx = contextOf(newId("usr"));
	const { indexId } = await filledIndex(ctx);
	const before = buildOf(await getIndex(ctx, indexId));
	const run = await ended(ctx, await rebuildIndex(ctx, indexId, byModel));
	expect(run).toMatchObject({ status: "completed", result: { documents: 3 } });
	const index = await getIndex(ctx, indexId);
	expect(index).toMatchObject({ embeddingModel: "compatible/words", dimensions: 16 });
	for (const mode of ["vector", "keyword", "hybrid"]) {
		expect((await foundBy(ctx, indexId, "owls hunt", mode))[0], mode).toBe(texts[0]);
	}
	expect(await indexStats(ctx, indexId)).toMatchObject({ chunks: 3, documents: { ready: 3 } });

	await eraseRetired(ctx);
	expect(await otherBuilds(ctx, indexId)).toEqual([]);
	expect(await ctx.shard(before.id, "0.0").count()).toBe(0);
	// And what comes after goes where all is.
	await readyDocument(ctx, indexId, "Foxes hunt owls.");
	expect(await foundBy(ctx, indexId, "foxes")).toContain("Foxes hunt owls.");
	const again = await ended(ctx, await rebuildIndex(ctx, indexId, local));
	expect(again).toMatchObject({ status: "completed", result: { documents: 4 } });
	expect(await getIndex(ctx, indexId)).toMatchObject({ embeddingModel: localModel, dimensions: 384 });
	expect((await foundBy(ctx, indexId, "foxes", "hybrid"))[0]).toBe("Foxes hunt owls.");
}, 30_000);

test("meanwhile it is searched as it is, and changes of its documents are in both", async () => {
	const ctx = contextOf(newId("usr"));
	const { indexId, ids } = await filledIndex(ctx, byModel);
	const { run, go } = await heldRebuild(ctx, indexId, local);
	expect(await getListedIndex(ctx, indexId)).toMatchObject({ rebuildId: run.id, embeddingModel: "compatible/words" });
	expect((await foundBy(ctx, indexId, "owls hunt"))[0]).toBe(texts[0]);
	const added = await readyDocument(ctx, indexId, "Foxes hunt owls.");
	expect((await foundBy(ctx, indexId, "foxes"))[0]).toBe("Foxes hunt owls.");
	await updateDocument(ctx, ids[0]!, { metadata: { about: "owls" } });
	await updateDocument(ctx, ids[1]!, { metadata: { about: "trains" } });
	await reindexDocument(ctx, ids[1]!);
	const removed = removeDocument(ctx, ids[2]!);
	go.resolve();
	await removed;
	expect(await ended(ctx, run)).toMatchObject({ status: "completed", result: { documents: 3 } });
	await becomes(ctx, added.id, "ready");

	expect(await getIndex(ctx, indexId)).toMatchObject({ embeddingModel: localModel });
	expect((await foundBy(ctx, indexId, "owls trains foxes bread", "keyword")).toSorted()).toEqual(
		["Foxes hunt owls.", ...texts.slice(0, 2)].toSorted(),
	);
	for (const [place, about] of ["owls", "trains"].entries()) {
		const filter = { field: "about", eq: about };
		const found = await search(ctx, SearchRequest.parse({ query: "owls trains", indexIds: [indexId], filter }));
		expect(found.map(({ documentId }) => documentId)).toEqual([ids[place]]);
	}
	expect(await indexStats(ctx, indexId)).toMatchObject({ chunks: 3 });
}, 30_000);

describe("what does not come to its end leaves the index as it was", () => {
	async function expectAsBefore(ctx: RagContext, indexId: string): Promise<void> {
		expect(await getIndex(ctx, indexId)).toMatchObject({ embeddingModel: localModel, dimensions: 384 });
		expect(await foundBy(ctx, indexId, "owls hunt mice", "hybrid")).toContain(texts[0]);
		const { results } = await env.DB.prepare("SELECT next_shard FROM rag_documents WHERE index_id = ?")
			.bind(indexId)
			.all();
		expect(results.map(({ next_shard: next }) => next)).toEqual([null, null, null]);
		expect(await ended(ctx, await rebuildIndex(ctx, indexId, byModel))).toMatchObject({ status: "completed" });
	}

	test("a model that fails", async () => {
		const ctx = contextOf(newId("usr"));
		const { indexId } = await filledIndex(ctx);
		const { run, go } = await heldRebuild(ctx, indexId, { ...byModel, vectorStore: undefined });
		vi.spyOn(ChunkWriter.prototype, "write").mockRejectedValue(
			Object.assign(new Error("The provider refused."), { code: "provider_error" }),
		);
		go.resolve();
		// A document that was changed is copied again.
		await env.DB.prepare("UPDATE rag_documents SET updated_at = '2026-01-01T00:00:00.000Z' WHERE index_id = ?")
			.bind(indexId)
			.run();
		expect(await ended(ctx, run)).toMatchObject({ status: "failed", error: { code: "provider_error" } });
		vi.restoreAllMocks();
		await expectAsBefore(ctx, indexId);
	}, 30_000);

	test("a cancel", async () => {
		const ctx = contextOf(newId("usr"));
		const { indexId } = await filledIndex(ctx);
		const { run, go } = await heldRebuild(ctx, indexId, byModel);
		await ctx.rebuilds(homeOf(run.id)).cancel(ctx.caller, run.id);
		expect(await ended(ctx, run)).toMatchObject({ status: "cancelled" });
		go.resolve();
		await expectAsBefore(ctx, indexId);
	}, 30_000);

	test("a cancel before anything is begun", async () => {
		const ctx = contextOf(newId("usr"));
		const { indexId } = await filledIndex(ctx);
		const [arrived, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
		vi.spyOn(IndexParts.prototype, "storeOf").mockImplementationOnce(async () => {
			arrived.resolve();
			await go.promise;
			return undefined;
		});
		const run = await rebuildIndex(ctx, indexId, byModel);
		await arrived.promise;
		await ctx.rebuilds(homeOf(run.id)).cancel(ctx.caller, run.id);
		await vi.waitFor(async () => expect(await otherBuilds(ctx, indexId)).toHaveLength(1), 5_000);
		go.resolve();
		await scheduler.wait(300);
		expect(await ended(ctx, run)).toMatchObject({ status: "cancelled" });
		await expectAsBefore(ctx, indexId);
	}, 30_000);

	test("a model that refuses the key is not even begun with", async () => {
		const ctx = contextOf(newId("usr"));
		const { indexId } = await filledIndex(ctx);
		const refused = { ...byModel, embedding: { ...byModel.embedding, apiKey: "sk-wrong" } };
		expect(await refusalOf(rebuildIndex(ctx, indexId, refused))).toMatchObject({ code: "provider_error" });
		await expectAsBefore(ctx, indexId);
	}, 30_000);
});

test("its object dies in the middle, and it goes on", async () => {
	const ctx = contextOf(newId("usr"));
	const { indexId } = await filledIndex(ctx);
	const { run, go } = await heldRebuild(ctx, indexId, byModel);
	const object = env.REBUILDS.getByName(homeOf(run.id)) as unknown as DurableObjectStub<never>;
	await runInDurableObject(object, (_, state) => state.abort("killed")).catch(() => {});
	go.resolve();
	expect(await ended(ctx, run)).toMatchObject({ status: "completed", result: { documents: 3 } });
	expect((await foundBy(ctx, indexId, "owls hunt"))[0]).toBe(texts[0]);
}, 30_000);

test("one at a time; the same request twice is one", async () => {
	const key = newToken();
	const ctx = contextOf(newId("usr"));
	const { indexId } = await filledIndex(ctx);
	const withKey = { ...ctx, caller: { ...ctx.caller, idempotencyKey: key } };
	const { run, go } = await heldRebuild(withKey, indexId, byModel);
	expect((await rebuildIndex(withKey, indexId, byModel)).id).toBe(run.id);
	expect(await refusalOf(rebuildIndex(ctx, indexId, local))).toMatchObject({ code: "conflict" });
	go.resolve();
	expect(await ended(ctx, run)).toMatchObject({ status: "completed" });
	expect((await rebuildIndex(withKey, indexId, byModel)).id).toBe(run.id);
}, 30_000);

test("an index that is deleted meanwhile leaves nothing anywhere", async () => {
	const ctx = contextOf(newId("usr"));
	const { indexId } = await filledIndex(ctx);
	const { run, go } = await heldRebuild(ctx, indexId, byModel);
	const next = run.input.build;
	await removeIndex(ctx, indexId);
	go.resolve();
	await vi.waitFor(async () => expect(await findIndex(ctx, indexId)).toBeUndefined(), 10_000);
	const settled = await ctx.rebuilds(homeOf(run.id)).settled(ctx.caller, run.id, 10_000);
	expect(settled).toMatchObject({ status: "failed", error: { code: "not_found" } });
	await eraseRetired(ctx);
	expect(await otherBuilds(ctx, indexId)).toEqual([]);
	expect(await ctx.shard(next.id, "0.0").count()).toBe(0);
	expect(await ctx.shard(indexId, "0.0").count()).toBe(0);
}, 30_000);

/** The index is rebuilt while an addition looks for a place. */
function rebuiltMeanwhile(ctx: RagContext, indexId: string): RagContext {
	let rebuilt: Promise<unknown> | undefined;
	return {
		...ctx,
		shard(...asked) {
			const object = ctx.shard(...asked);
			const count = async () => {
				rebuilt ??= rebuildIndex(contextOf(ctx.caller.userId), indexId, byModel).then((run) => ended(ctx, run));
				await rebuilt;
				return await object.count();
			};
			return { ...object, count };
		},
	};
}

describe("a document that comes just when the index is switched", () => {
	test("is where it is searched", async () => {
		const ctx = contextOf(newId("usr"));
		const { indexId } = await filledIndex(ctx);
		const fox = { indexId, name: "fox.txt", metadata: {}, bytes: bytesOf("Foxes hunt owls.") };
		const added = await addDocument(rebuiltMeanwhile(ctx, indexId), fox);
		await becomes(ctx, added.id, "ready");
		expect((await foundBy(ctx, indexId, "foxes"))[0]).toBe("Foxes hunt owls.");
	}, 30_000);

	test("stays what it is where it came before under the same key", async () => {
		const ctx = contextOf(newId("usr"));
		const { indexId } = await filledIndex(ctx);
		const withKey = { ...ctx, caller: { ...ctx.caller, idempotencyKey: newToken() } };
		const fox = { indexId, name: "fox.txt", metadata: {}, bytes: bytesOf("Foxes hunt owls.") };
		const { id } = await addDocument(withKey, fox);
		await becomes(ctx, id, "ready");
		await updateDocument(ctx, id, { title: "Of foxes" });
		const again = await addDocument(rebuiltMeanwhile(withKey, indexId), fox);
		expect(again).toMatchObject({ id, status: "ready", title: "Of foxes" });
		expect((await foundBy(ctx, indexId, "foxes")).filter((text) => text === "Foxes hunt owls.")).toHaveLength(1);
	}, 30_000);
});

test("safety: nobody rebuilds what is not his", async () => {
	const ctx = contextOf(newId("usr"));
	const other = contextOf(newId("usr"));
	const hidden = await newIndexOf(ctx);
	expect(await refusalOf(rebuildIndex(other, hidden, local))).toMatchObject({ code: "not_found" });
	const shared = await newIndexOf(ctx, { shared: true });
	expect(await refusalOf(rebuildIndex(other, shared, local))).toMatchObject({ code: "forbidden" });
	const run = await rebuildIndex(ctx, hidden, local);
	const seen = other.rebuilds(homeOf(run.id)).find(other.caller, run.id);
	expect(await refusalOf(seen)).toMatchObject({ code: "not_found" });
	await ended(ctx, run);
});
