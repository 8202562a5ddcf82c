/**
 * Chunks and their vectors as they travel to an index: encoded where they come from, since the object that takes them is
 * one for all, and as one text and one array, which are copied faster than a thousand objects.
 */
import { AppError } from "#core/errors";
import type { IndexedChunk } from "./chunk.ts";
import { encodeInto } from "./unit-vector.ts";

export interface ChunkBatch {
	/** As JSON; no two have one id. */
	chunks: string;
	/** What `encodeVector` makes of their vectors, one after the other. */
	codes: Int16Array<ArrayBuffer>;
}

/**
 * Of chunks with one id the last is meant. `invalid_input` unless each has a vector with a direction, all of the same
 * number of dimensions.
 */
export function batchOf(chunks: IndexedChunk[], vectors: readonly ArrayLike<number>[]): ChunkBatch {
	const dimensions = vectors[0]?.length ?? 0;
	if (vectors.length !== chunks.length || vectors.some(({ length }) => length !== dimensions)) {
		throw new AppError("invalid_input", "Chunks have a vector each, all of the same number of dimensions.");
	}
	const places = [...new Map(chunks.map(({ id }, place) => [id, place])).values()];
	const codes = new Int16Array(places.length * dimensions);
	for (const [i, place] of places.entries()) {
		encodeInto(codes.subarray(i * dimensions, (i + 1) * dimensions), vectors[place]!);
	}
	return { chunks: JSON.stringify(places.map((place) => chunks[place])), codes };
}

export function chunksIn({ chunks }: ChunkBatch): IndexedChunk[] {
	return JSON.parse(chunks) as IndexedChunk[];
}
