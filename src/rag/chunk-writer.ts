/** Where the chunks of a document go: into their index, and their vectors where the index has them made and kept. */
import type { Span } from "#core/telemetry";
import type { ChunkIndex } from "./chunk-index.ts";
import type { Embedder } from "./embeddings/embedder.ts";
import { passageOf } from "./passage.ts";
import type { IndexedChunk } from "./vector-index/chunk.ts";
import type { VectorStore } from "./vector-stores/vector-store.ts";

export interface IndexMakers {
	index: ChunkIndex;
	/** Undefined where the index makes its vectors by itself. */
	embedder?: Embedder;
	/** Undefined where it keeps them itself. */
	store?: VectorStore;
}

const describedAtOnce = 100;

export class ChunkWriter {
	readonly #makers: IndexMakers;

	constructor(makers: IndexMakers) {
		this.#makers = makers;
	}

	/** To be called before the first write of a document. A store elsewhere cannot tell its old vectors from the new. */
	async begin(documentId: string): Promise<void> {
		const { index, store } = this.#makers;
		if (store) await store.removeDocument(documentId, await index.chunkIds(documentId));
	}

	/** Adds them, or puts them in the place of those with their ids. */
	async write(chunks: IndexedChunk[], { signal, span }: { signal?: AbortSignal; span: Span }): Promise<void> {
		const { index, embedder, store } = this.#makers;
		if (!embedder) return await index.write(chunks);
		const vectors = await embedder.embed(chunks.map(passageOf), { signal, span, for: "passage" });
		signal?.throwIfAborted();
		const embedded = chunks.map((chunk, i) => ({ ...chunk, vector: vectors[i]! }));
		if (!store) return await index.upsert(embedded);
		await index.writeTexts(chunks);
		signal?.throwIfAborted();
		await store.upsert(embedded);
	}

	/** Removes the chunks of the document but those with these ids. */
	async retain(documentId: string, ids: string[]): Promise<void> {
		await this.#makers.index.retain(documentId, ids);
	}

	/** Removes those with these ids, which were not all written. */
	async discard(documentId: string, ids: string[]): Promise<void> {
		const { index, store } = this.#makers;
		const known = await index.chunkIds(documentId);
		const written = new Set(ids);
		await store?.removeDocument(documentId, known);
		await index.retain(
			documentId,
			known.filter((id) => !written.has(id)),
		);
	}

	/** Changes what the chunks of a document have in common. */
	async describe(
		{ documentId, ownerId }: Pick<IndexedChunk, "documentId" | "ownerId">,
		common: Pick<IndexedChunk, "title" | "metadata">,
	): Promise<void> {
		const { index, store } = this.#makers;
		await index.describe(documentId, common);
		const ids = store ? await index.chunkIds(documentId) : [];
		for (let done = 0; done < ids.length; done += describedAtOnce) {
			const vectors = [...(await store!.vectors(ids.slice(done, done + describedAtOnce)))];
			const { metadata } = common;
			await store!.upsert(
				vectors.map(([id, vector]) => ({ id, documentId, ownerId, shared: false, metadata, vector })),
			);
		}
	}

	async remove(documentId: string): Promise<void> {
		await this.begin(documentId);
		await this.#makers.index.removeDocument(documentId);
	}
}
