/** What stands of a document in its index and in a store elsewhere. */
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { newId, newToken } from "#core/ids";
import { admin } from "#rag/vector-index/index.fixture";
import { backfillDocument } from "./backfill-document.ts";
import { chunkIndexOf } from "./chunk-index.ts";
import { ChunkWriter } from "./chunk-writer.ts";
import type { DocumentRow } from "./tables.ts";
import { findStore, newStore, storeTypes } from "./vector-stores/stores.fixture.ts";
import type { VectorStore } from "./vector-stores/vector-store.ts";
import { chunkOf, contextOf } from "./rag.fixture.ts";

const found = Object.fromEntries(
	await Promise.all(storeTypes.map(async (type) => [type, await findStore(type)] as const)),
);
const embedder = {
	model: "test",
	embed: async (texts: readonly string[]) => texts.map(() => Float32Array.of(1, 0, 0)),
};
const options = { span: contextOf(newId("usr")).span };
const chunks = (...ids: string[]) => ids.map((id) => chunkOf(id, "A note."));

/** Into an index that is empty. */
function newWriter(store: VectorStore) {
	const index = chunkIndexOf(env.VECTOR_INDEX, `idx_${newToken()}`, "0.0");
	return { index, writer: new ChunkWriter({ index, embedder, store }) };
}

/** Of any type. */
async function storeElsewhere(): Promise<VectorStore> {
	const at = found["pinecone"]!;
	return newStore("pinecone", "url" in at ? at.url : "");
}

async function idsIn(store: VectorStore): Promise<string[]> {
	const hits = await store.nearest({ vector: [1, 0, 0], limit: 100, access: admin });
	return hits.map(({ id }) => id).toSorted();
}

describe.each(storeTypes)("%s", (type) => {
	const at = found[type]!;
	const it = test.skipIf("missing" in at);

	it("has what the index has", async () => {
		const store = newStore(type, "url" in at ? at.url : "");
		await store.prepare();
		const { index, writer } = newWriter(store);
		await writer.write([...chunks("old:0", "old:1"), chunkOf("other:0", "A note.", "doc_2")], options);
		await writer.write(chunks("new:0"), options);
		await writer.discard("doc_1", ["new:0", "new:1"]);
		expect(await idsIn(store)).toEqual(["old:0", "old:1", "other:0"]);
		expect((await index.chunkIds("doc_1")).toSorted()).toEqual(["old:0", "old:1"]);
		await writer.write(chunks("new:0", "new:1"), options);
		for (let i = 0; i < 2; i++) await writer.retain("doc_1", ["new:0", "new:1"]);
		expect(await idsIn(store)).toEqual(["new:0", "new:1", "other:0"]);
		expect((await index.chunkIds("doc_1")).toSorted()).toEqual(["new:0", "new:1"]);
		for (let i = 0; i < 2; i++) await writer.remove("doc_1");
		expect(await idsIn(store)).toEqual(["other:0"]);
		expect(await index.chunkIds("doc_1")).toEqual([]);
	});
});

test("what a store did not remove the index still knows, so that it can be asked again", async () => {
	const store = await storeElsewhere();
	const failing = { ...store, remove: async () => Promise.reject(new Error("unreachable")) };
	const { index, writer } = newWriter(store);
	const broken = new ChunkWriter({ index, embedder, store: failing });
	await writer.write(chunks("old:0", "new:0"), options);
	await expect(broken.retain("doc_1", ["new:0"])).rejects.toThrow("unreachable");
	await expect(broken.discard("doc_1", ["new:0"])).rejects.toThrow("unreachable");
	await expect(broken.remove("doc_1")).rejects.toThrow("unreachable");
	expect((await index.chunkIds("doc_1")).toSorted()).toEqual(["new:0", "old:0"]);
	await writer.remove("doc_1");
	expect(await idsIn(store)).toEqual([]);
});

test("what is removed while it is described does not come back", async () => {
	const store = await storeElsewhere();
	const { index, writer } = newWriter(store);
	await writer.write(chunks("old:0", "new:0"), options);
	const slow = {
		...store,
		async upsert(...asked: Parameters<VectorStore["upsert"]>) {
			await writer.retain("doc_1", ["new:0"]);
			await store.upsert(...asked);
		},
	};
	const common = { title: "Note", metadata: { about: "notes" } };
	await new ChunkWriter({ index, embedder, store: slow }).describe(chunkOf("a", ""), common);
	expect(await idsIn(store)).toEqual(["new:0"]);
});

test("safety: of a document that is deleted while it is copied nothing is left", async () => {
	const store = await storeElsewhere();
	const { index, writer } = newWriter(store);
	const from = newWriter(store).index;
	await from.writeTexts(chunks("a:0"));
	let isWanted = true;
	const slow = {
		...store,
		async upsert(...asked: Parameters<VectorStore["upsert"]>) {
			isWanted = false;
			await writer.remove("doc_1");
			await store.upsert(...asked);
		},
	};
	const { ownerId } = chunkOf("a:0", "");
	const document = { id: "doc_1", ownerId, originalName: "note.txt", title: null, metadata: {} } as DocumentRow;
	const isAll = await backfillDocument({
		...{ document, from, span: options.span, isWanted: async () => isWanted },
		writer: new ChunkWriter({ index, embedder, store: slow }),
	});
	expect(isAll).toBe(false);
	expect(await idsIn(store)).toEqual([]);
	expect(await index.chunkIds("doc_1")).toEqual([]);
});
