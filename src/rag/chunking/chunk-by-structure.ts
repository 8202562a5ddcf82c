/**
 * Chunks that follow a document's own structure: paragraphs of a section are put together until a chunk is full. A
 * heading never ends a chunk, and a section too short to stand alone shares one with the next.
 */
import type { ParsedDocument, Span } from "#rag/documents/parsed-document";
import { cutBefore } from "./cut-text.ts";
import { type Piece, type PieceLimits, piecesOf } from "./pieces.ts";
import { weightOf } from "./token-weight.ts";

interface Weighed extends Span {
	weight: number;
	beginsSection: boolean;
}

/** Of the size: a section of less does not stand alone. */
const shortSection = 1 / 4;

export function* chunkByStructure(
	document: ParsedDocument,
	limits: PieceLimits & { overlap: number },
): Generator<Span> {
	const { text } = document;
	const { size, overlap } = limits;
	let open: Weighed | undefined;
	for (const next of withHeadings(text, piecesOf(document, limits), limits)) {
		const together: Weighed = open ? joined(text, open, next) : next;
		const isOwn = open !== undefined && next.beginsSection && open.weight >= size * shortSection;
		if (!open || (!isOwn && together.weight <= size)) {
			open = together;
			continue;
		}
		yield open;
		open = next.beginsSection ? next : reachingBack(open, next);
	}
	if (open) yield open;

	/** Where a section had to be cut, its next part repeats the end of the one before, as far as there is room. */
	function reachingBack(before: Span, next: Weighed): Weighed {
		const room = Math.min(overlap, size - next.weight - weightOf(text, before.end, next.start));
		const start = room > 0 ? cutBefore(text, before.start, before.end, room) : next.start;
		if (start <= before.start || start >= before.end) return next;
		return { ...next, start, weight: weightOf(text, start, next.start) + next.weight };
	}
}

/** Headings go with what follows them. */
function* withHeadings(text: string, pieces: Iterable<Piece>, { size, maxSize }: PieceLimits): Generator<Weighed> {
	let heading: Weighed | undefined;
	for (const piece of pieces) {
		const { isHeading, ...span } = piece;
		const single: Weighed = { ...span, beginsSection: isHeading };
		const together: Weighed = heading ? joined(text, heading, single) : single;
		const fits = together.weight <= (isHeading ? size : maxSize);
		if (heading && !fits) yield heading;
		const next: Weighed = fits ? together : single;
		heading = isHeading ? next : undefined;
		if (!isHeading) yield next;
	}
	if (heading) yield heading;
}

function joined(text: string, first: Weighed, second: Weighed): Weighed {
	return {
		start: first.start,
		end: second.end,
		weight: first.weight + weightOf(text, first.end, second.start) + second.weight,
		beginsSection: first.beginsSection,
	};
}
