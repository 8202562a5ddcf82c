/** Chunks and their vectors on the way to an index: one array is copied faster from Worker to object than a thousand. */
import { AppError } from "#core/errors";
import type { IndexedChunk } from "./chunk.ts";

export interface ChunkBatch {
	chunks: IndexedChunk[];
	/** Of all of them, one after the other. */
	vectors: Float32Array;
}

/** `invalid_input` unless there is a vector a chunk, all of the same number of dimensions. */
export function batchOf(chunks: IndexedChunk[], vectors: readonly ArrayLike<number>[]): ChunkBatch {
	const dimensions = vectors[0]?.length ?? 0;
	if (vectors.length !== chunks.length || vectors.some(({ length }) => length !== dimensions)) {
		throw new AppError("invalid_input", "Chunks have a vector each, all of the same number of dimensions.");
	}
	const all = new Float32Array(chunks.length * dimensions);
	for (const [i, vector] of vectors.entries()) all.set(vector, i * dimensions);
	return { chunks, vectors: all };
}
