/**
 * Larger parts around chunks: small chunks are found more exactly, large parts are understood better. Neighbours share
 * a window, so that an answer which uses both reads it once.
 */
import type { Span } from "#rag/documents/parsed-document";
import type { Chunk } from "./chunk.ts";
import { weightOf } from "./token-weight.ts";

/** Gives every chunk its window, no heavier than `maxWeight`. */
export function addParentWindows(text: string, chunks: Chunk[], maxWeight: number): void {
	let window: Span | undefined;
	let weight = 0;
	for (const chunk of chunks) {
		const from = window ? Math.max(window.end, chunk.start) : chunk.start;
		const more = weightOf(text, Math.min(window?.end ?? from, from), chunk.end);
		if (window && weight + more <= maxWeight) {
			window.end = chunk.end;
			weight += more;
		} else {
			window = { start: chunk.start, end: chunk.end };
			weight = weightOf(text, chunk.start, chunk.end);
		}
		chunk.parent = window;
	}
}
