/** The store that an index's settings name. */
import { AppError } from "#core/errors";
import { unitVector } from "#rag/vector-index/unit-vector";
import { chromaStore } from "./chroma-store.ts";
import { pgvectorStore } from "./pgvector-store.ts";
import { physicalName } from "./physical-name.ts";
import { pineconeStore } from "./pinecone-store.ts";
import { readerOf, readersFor } from "./readers.ts";
import type { AdaptedIndex, StoreAdapter } from "./store-adapter.ts";
import type { StoreSurroundings } from "./store-surroundings.ts";
import type { VectorStore } from "./vector-store.ts";
import type { VectorStoreSettings } from "./vector-store-settings.ts";
import { vectorizeStore } from "./vectorize-store.ts";
import { weaviateStore } from "./weaviate-store.ts";

const mostResults = 1_000;

export function vectorStoreFor(
	settings: VectorStoreSettings,
	index: { id: string; dimensions: number },
	surroundings: StoreSurroundings,
): VectorStore {
	const { dimensions } = index;
	const adapter = adapterFor(settings, { name: physicalName(index.id), dimensions }, surroundings);
	return {
		prepare: () => adapter.prepare(),
		async upsert(vectors) {
			const written = new Map(
				vectors.map(({ id, metadata, vector, ...owner }) => {
					const unit = directionOf(vector, dimensions);
					return [id, { id, reader: readerOf(owner), metadata, unit }];
				}),
			);
			if (written.size > 0) await adapter.upsert([...written.values()]);
		},
		async remove(ids) {
			if (ids.length > 0) await adapter.remove([...new Set(ids)]);
		},
		async nearest({ vector, limit, access, filter }) {
			if (!Number.isInteger(limit) || limit < 1 || limit > mostResults) {
				throw new AppError("invalid_input", `The limit is 1 to ${mostResults}.`);
			}
			const unit = directionOf(vector, dimensions);
			return await adapter.nearest({ unit, limit, readers: readersFor(access), filter });
		},
		async vectors(ids) {
			const found = ids.length > 0 ? await adapter.vectors([...new Set(ids)]) : [];
			return new Map(found.map(({ id, values }) => [id, directionOf(values, dimensions)]));
		},
		erase: () => adapter.erase(),
	};
}

function adapterFor(settings: VectorStoreSettings, index: AdaptedIndex, surroundings: StoreSurroundings): StoreAdapter {
	switch (settings.type) {
		case "pgvector":
			return pgvectorStore(settings, index, surroundings);
		case "chroma":
			return chromaStore(settings, index, surroundings);
		case "weaviate":
			return weaviateStore(settings, index, surroundings);
		case "pinecone":
			return pineconeStore(settings, index, surroundings);
		case "vectorize":
			return vectorizeStore(settings, index, surroundings);
	}
}

function directionOf(vector: ArrayLike<number>, dimensions: number): Float32Array {
	if (vector.length === dimensions) return unitVector(vector);
	throw new AppError("invalid_input", `This index has vectors of ${dimensions} dimensions, not of ${vector.length}.`);
}
