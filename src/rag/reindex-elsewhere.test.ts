/** Documents whose vectors are kept elsewhere, processed once more and deleted. */
import { afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { AppError } from "#core/errors";
import { newId } from "#core/ids";
import { homeOf } from "#run/run-id";
import { addDocument } from "./add-document.ts";
import { buildOf } from "./build-of.ts";
import type { RagContext } from "./context.ts";
import { IndexParts } from "./index-parts.ts";
import { reindexDocument } from "./reindex-document.ts";
import { removeDocument } from "./remove-document.ts";
import { search } from "./search.ts";
import { SearchRequest } from "./search-schema.ts";
import { getIndex } from "./store.ts";
import { updateIndex } from "./update-index.ts";
import { findStore, settingsOf } from "./vector-stores/stores.fixture.ts";
import type { StoredVector } from "./vector-stores/vector-store.ts";
import { becomes, bytesOf, contextOf, newIndexOf, readyDocument, settle } from "./rag.fixture.ts";

/** Those that are reached at an address of their own, and take vectors of any length. */
const types = ["pgvector", "chroma", "weaviate"] as const;
const found = Object.fromEntries(await Promise.all(types.map(async (type) => [type, await findStore(type)] as const)));
const small = { strategy: "tokens", size: 16, overlap: 0 } as const;
/** Some batches of small chunks. */
const text = Array.from({ length: 150 }, (_, i) => `In the year ${1_700 + i} some owls hunted mice in barns.`).join(
	" ",
);

let byModel: object;

beforeAll(async () => {
	const { url: baseUrl } = await (await fetch(`${inject("vectorStores")}/embeddings`)).json<{ url: string }>();
	byModel = { embeddingModel: "compatible/words", embedding: { apiKey: "sk-embedding", baseUrl } };
});

afterEach(() => vi.restoreAllMocks());

describe.each(types)("%s", (type) => {
	const at = found[type]!;
	const it = test.skipIf("missing" in at);

	async function emptyIndex(ctx: RagContext): Promise<string> {
		return await newIndexOf(ctx, { ...byModel, vectorStore: settingsOf(type, "url" in at ? at.url : "") });
	}

	/** With a document that is to be cut anew. */
	async function filledIndex(ctx: RagContext) {
		const indexId = await emptyIndex(ctx);
		const { id } = await readyDocument(ctx, indexId, text);
		await updateIndex(ctx, indexId, { chunking: small });
		return { indexId, id, before: await foundIn(ctx, indexId) };
	}

	it("leaves all as it was where the store fails in the middle", async () => {
		const ctx = contextOf(newId("usr"));
		const { indexId, id, before } = await filledIndex(ctx);
		const { written } = withStore(async (count) => {
			if (count > 1) throw new AppError("bad_gateway", "The store failed.");
		});
		await reindexDocument(ctx, id);
		await becomes(ctx, id, "failed");
		expect(written.length).toBeGreaterThan(0);
		vi.restoreAllMocks();
		expect(await foundIn(ctx, indexId)).toEqual(before);
		expect(await keptOf(ctx, indexId, written)).toEqual([]);
	}, 20_000);

	it("leaves all as it was where the model fails in the middle", async () => {
		const ctx = contextOf(newId("usr"));
		const { indexId, id, before } = await filledIndex(ctx);
		const embedderOf = IndexParts.prototype.embedderOf;
		vi.spyOn(IndexParts.prototype, "embedderOf").mockImplementation(async function (this: IndexParts, build) {
			const embedder = (await embedderOf.call(this, build))!;
			let count = 0;
			return {
				...embedder,
				async embed(...asked) {
					if (++count > 1) throw new AppError("provider_error", "The provider refused.");
					return await embedder.embed(...asked);
				},
			};
		});
		await reindexDocument(ctx, id);
		await becomes(ctx, id, "failed");
		vi.restoreAllMocks();
		expect(await foundIn(ctx, indexId)).toEqual(before);
	}, 20_000);

	it("leaves all as it was where it is cancelled in the middle", async () => {
		const ctx = contextOf(newId("usr"));
		const { indexId, id, before } = await filledIndex(ctx);
		const [arrived, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
		const { written } = withStore(async (count) => {
			if (count !== 2) return;
			arrived.resolve();
			await go.promise;
		});
		const { executionId } = await reindexDocument(ctx, id);
		await arrived.promise;
		expect((await foundIn(ctx, indexId)).filter((one) => before.includes(one))).toEqual(before);
		await ctx.ingestions(homeOf(executionId)).cancel(ctx.caller, executionId);
		go.resolve();
		await becomes(ctx, id, "failed");
		await vi.waitFor(async () => expect(await foundIn(ctx, indexId)).toEqual(before), 5_000);
		expect(await keptOf(ctx, indexId, written)).toEqual([]);
	}, 20_000);

	it("has the new vectors alone in the end, and none of what was deleted", async () => {
		const ctx = contextOf(newId("usr"));
		const { indexId, id, before } = await filledIndex(ctx);
		const other = await readyDocument(ctx, indexId, "Trains run on rails of steel.");
		const { executionId } = await reindexDocument(ctx, id);
		await settle(ctx, executionId);
		await becomes(ctx, id, "ready");
		const after = await ctx.shard(buildOf(await getIndex(ctx, indexId)).id, other.shard).chunkIds(id);
		expect(await keptOf(ctx, indexId, after)).toHaveLength(after.length);
		expect(after.length).toBeGreaterThan(64);
		expect(await keptOf(ctx, indexId, before)).toEqual([]);
		await removeDocument(ctx, id);
		expect(await keptOf(ctx, indexId, after)).toEqual([]);
		expect(await foundIn(ctx, indexId)).toHaveLength(1);
	}, 20_000);

	it("safety: keeps nothing that was still being written when its document had been deleted", async () => {
		const ctx = contextOf(newId("usr"));
		const indexId = await emptyIndex(ctx);
		const [arrived, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
		const { written } = withStore(async () => {
			arrived.resolve();
			await go.promise;
		});
		const { id, executionId } = await addDocument(ctx, {
			...{ indexId, name: "note.txt", metadata: {}, bytes: bytesOf("A secret.") },
		});
		await arrived.promise;
		await removeDocument(ctx, id);
		go.resolve();
		await settle(ctx, executionId);
		expect(written).toHaveLength(1);
		await vi.waitFor(async () => expect(await keptOf(ctx, indexId, written)).toEqual([]), 5_000);
	}, 20_000);
});

/** The ids of what a search by vector finds. */
async function foundIn(ctx: RagContext, indexId: string): Promise<string[]> {
	const asked = { query: "owls and trains", indexIds: [indexId], mode: "vector", limit: 100 };
	return (await search(ctx, SearchRequest.parse(asked))).map(({ chunkId }) => chunkId).toSorted();
}

/** Those of the ids whose vectors the store has. */
async function keptOf(ctx: RagContext, indexId: string, ids: string[]): Promise<string[]> {
	const store = (await ctx.parts.storeOf(buildOf(await getIndex(ctx, indexId))))!;
	return [...(await store.vectors(ids)).keys()];
}

/** `writing` comes before each write of a processing, with how many there were; `written` has the ids of all. */
function withStore(writing: (count: number) => Promise<void>): { written: string[] } {
	const written: string[] = [];
	let count = 0;
	const storeOf = IndexParts.prototype.storeOf;
	vi.spyOn(IndexParts.prototype, "storeOf").mockImplementation(async function (this: IndexParts, build) {
		const store = (await storeOf.call(this, build))!;
		const upsert = async (vectors: StoredVector[]) => {
			await writing(++count);
			written.push(...vectors.map(({ id }) => id));
			await store.upsert(vectors);
		};
		return { ...store, upsert };
	});
	return { written };
}
