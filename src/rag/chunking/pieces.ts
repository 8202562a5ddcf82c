/** The parts of a document that chunks are put together from, in order, none heavier than a chunk may be. */
import type { Block, ParsedDocument, Span } from "#rag/documents/parsed-document";
import { headingTitle } from "#rag/documents/outline-of";
import { linesIn, sentencesIn } from "./cut-text.ts";
import { sectionPath } from "./section-path.ts";
import { weightOf } from "./token-weight.ts";

export interface Piece extends Span {
	weight: number;
	isHeading: boolean;
	/** The sections that it stands in, outermost first; the same list for all of a section. */
	headings: string[];
}

export interface PieceLimits {
	size: number;
	/** Of tables, records and code. */
	maxSize: number;
}

const keptWhole = new Set<Block["type"]>(["table", "code", "record"]);

export function* piecesOf({ text, blocks }: ParsedDocument, limits: PieceLimits): Generator<Piece> {
	const sections = sectionPath();
	for (const block of blocks) {
		const isHeading = block.type === "heading";
		if (isHeading) sections.enter(block.level ?? 1, headingTitle(text, block));
		const headings = sections.current();
		for (const span of partsOf(text, block, limits)) {
			yield { ...span, weight: weightOf(text, span.start, span.end), isHeading, headings };
		}
	}
}

function* partsOf(text: string, block: Block, { size, maxSize }: PieceLimits): Generator<Span> {
	const isWhole = keptWhole.has(block.type);
	if (weightOf(text, block.start, block.end) <= (isWhole ? maxSize : size))
		yield { start: block.start, end: block.end };
	else yield* (isWhole ? linesIn : sentencesIn)(text, block, size);
}
