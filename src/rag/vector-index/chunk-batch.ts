/**
 * Chunks and their vectors as they travel to an index: encoded where they come from, since the object that takes them is
 * one for all. They go as rows of its tables, in one text, and as one array, which are copied faster than a thousand
 * objects.
 */
import { AppError } from "#core/errors";
import type { IndexedChunk } from "./chunk.ts";
import { encodeInto } from "./unit-vector.ts";

/** What chunks of a document have in common; the metadata as JSON. */
export type SourceValues = [documentId: string, ownerId: string, shared: number, title: string, metadata: string];

/** In the order of the table's columns; `source` is the place of theirs among those of the batch. Many lack the last. */
export type ChunkValues = [
	...where: [source: number, start: number, end: number],
	...what: [id: string, text: string],
	...pages: [page?: number | null, pageEnd?: number | null],
	...parent: [start?: number | null, end?: number | null],
];

export interface EncodedChunks {
	/** No two are the same. */
	sources: SourceValues[];
	/** No two have one id. */
	chunks: ChunkValues[];
	/** What `encodeVector` makes of their vectors, one after the other. */
	codes: Int16Array<ArrayBuffer>;
}

export interface ChunkBatch {
	/** The sources and the chunks as JSON. */
	rows: string;
	codes: EncodedChunks["codes"];
}

/**
 * Of chunks with one id the last is meant. `invalid_input` unless each has a vector with a direction, all of the same
 * number of dimensions.
 */
export function encodedChunks(chunks: IndexedChunk[], vectors: readonly ArrayLike<number>[]): EncodedChunks {
	const dimensions = vectors[0]?.length ?? 0;
	if (vectors.length !== chunks.length || vectors.some(({ length }) => length !== dimensions)) {
		throw new AppError("invalid_input", "Chunks have a vector each, all of the same number of dimensions.");
	}
	const places = [...new Map(chunks.map(({ id }, place) => [id, place])).values()];
	const codes = new Int16Array(places.length * dimensions);
	for (const [i, place] of places.entries()) {
		encodeInto(codes.subarray(i * dimensions, (i + 1) * dimensions), vectors[place]!);
	}
	return { ...rowsOf(places.map((place) => chunks[place]!)), codes };
}

export function batchOf(...given: Parameters<typeof encodedChunks>): ChunkBatch {
	const { codes, ...rows } = encodedChunks(...given);
	return { rows: JSON.stringify(rows), codes };
}

export function chunksIn({ rows, codes }: ChunkBatch): EncodedChunks {
	return { ...(JSON.parse(rows) as Omit<EncodedChunks, "codes">), codes };
}

export function idOf(chunk: ChunkValues): string {
	return chunk[3];
}

export function textOf(chunk: ChunkValues): string {
	return chunk[4];
}

export function titleOf(sources: SourceValues[], chunk: ChunkValues): string {
	return sources[chunk[0]]![3];
}

/** Each source once, however many chunks have it. */
function rowsOf(chunks: IndexedChunk[]): Omit<EncodedChunks, "codes"> {
	const sources: SourceValues[] = [];
	const known = new Map<string, number>();
	let last: SourceValues | undefined;
	let place = 0;
	const rows = chunks.map((chunk): ChunkValues => {
		const { documentId, ownerId, shared, title, start, end, id, text, page, pageEnd, parent } = chunk;
		const metadata = JSON.stringify(chunk.metadata);
		// SQLite keeps UTF-8, which has no halves of pairs; in their place comes a character as long as they.
		const source: SourceValues = [documentId, ownerId, Number(shared), title.toWellFormed(), metadata];
		if (!last || source.some((value, i) => value !== last![i])) {
			const key = JSON.stringify(source);
			place = known.get(key) ?? sources.push(source) - 1;
			known.set(key, place);
			last = source;
		}
		const row = [place, start, end, id, text.toWellFormed()] as const;
		return page === undefined && pageEnd === undefined && !parent
			? [...row]
			: [...row, page, pageEnd, parent?.start, parent?.end];
	});
	return { sources, chunks: rows };
}
