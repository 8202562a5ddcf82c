/**
 * Where the chunks of a document go: into their index, and their vectors where the index has them made and kept. A store
 * elsewhere is told by ids what to remove, and the index alone knows whose they are: it has a chunk before the store has
 * its vector, and until the store no longer has it. What breaks off in between can be made again.
 */
import type { Span } from "#core/telemetry";
import type { ChunkIndex } from "./chunk-index.ts";
import type { Embedder } from "./embeddings/embedder.ts";
import { passageOf } from "./passage.ts";
import type { IndexedChunk } from "./vector-index/chunk.ts";
import { batchOf } from "./vector-index/chunk-batch.ts";
import type { VectorStore } from "./vector-stores/vector-store.ts";

export interface IndexMakers {
	index: ChunkIndex;
	/** Undefined where the index makes its vectors by itself. */
	embedder?: Embedder;
	/** Undefined where it keeps them itself. */
	store?: VectorStore;
}

/** Of a document that is written: chunks in one write. */
export const chunksAtOnce = 64;
const describedAtOnce = 100;

export class ChunkWriter {
	readonly #makers: IndexMakers;

	constructor(makers: IndexMakers) {
		this.#makers = makers;
	}

	/** Adds them, or puts them in the place of those with their ids. */
	async write(chunks: IndexedChunk[], { signal, span }: { signal?: AbortSignal; span: Span }): Promise<void> {
		const { index, embedder, store } = this.#makers;
		if (!embedder) return await index.write(chunks);
		const vectors = await embedder.embed(chunks.map(passageOf), { signal, span, for: "passage" });
		signal?.throwIfAborted();
		if (!store) return await index.upsert(batchOf(chunks, vectors));
		await index.writeTexts(chunks);
		signal?.throwIfAborted();
		await store.upsert(chunks.map((chunk, i) => ({ ...chunk, vector: vectors[i]! })));
	}

	/** Removes the chunks of the document but those with these ids. */
	async retain(documentId: string, ids: string[]): Promise<void> {
		const { index, store } = this.#makers;
		await store?.remove(without(await index.chunkIds(documentId), ids));
		await index.retain(documentId, ids);
	}

	/**
	 * Removes those with these ids, whether or not they were written: where the document was deleted meanwhile, the index
	 * has forgotten those whose vectors came too late.
	 */
	async discard(documentId: string, ids: string[]): Promise<void> {
		const { index, store } = this.#makers;
		await store?.remove(ids);
		await index.retain(documentId, without(await index.chunkIds(documentId), ids));
	}

	/** Removes those of the document whose ids begin so. */
	async discardLike(documentId: string, begin: string): Promise<void> {
		const ids = (await this.#makers.index.chunkIds(documentId)).filter((id) => id.startsWith(begin));
		if (ids.length > 0) await this.discard(documentId, ids);
	}

	/** Changes what the chunks of a document have in common. */
	async describe(
		{ documentId, ownerId }: Pick<IndexedChunk, "documentId" | "ownerId">,
		common: Pick<IndexedChunk, "title" | "metadata">,
	): Promise<void> {
		const { index, store } = this.#makers;
		await index.describe(documentId, common);
		if (!store) return;
		const ids = await index.chunkIds(documentId);
		for (let done = 0; done < ids.length; done += describedAtOnce) {
			const vectors = [...(await store.vectors(ids.slice(done, done + describedAtOnce)))];
			const { metadata } = common;
			await store.upsert(vectors.map(([id, vector]) => ({ id, ownerId, shared: false, metadata, vector })));
		}
		// What was removed meanwhile has come back there.
		await store.remove(without(ids, await index.chunkIds(documentId)));
	}

	async remove(documentId: string): Promise<void> {
		const { index, store } = this.#makers;
		await store?.remove(await index.chunkIds(documentId));
		await index.removeDocument(documentId);
	}
}

function without(ids: string[], others: string[]): string[] {
	const taken = new Set(others);
	return ids.filter((id) => !taken.has(id));
}
