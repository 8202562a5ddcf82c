/** The parts of a document that chunks are put together from, in order, none heavier than a chunk may be. */
import type { Block, ParsedDocument, Span } from "#rag/documents/parsed-document";
import { linesIn, sentencesIn } from "./cut-text.ts";
import { weightOf } from "./token-weight.ts";

export interface Piece extends Span {
	weight: number;
	isHeading: boolean;
}

export interface PieceLimits {
	size: number;
	/** Of tables, records and code. */
	maxSize: number;
}

const keptWhole = new Set<Block["type"]>(["table", "code", "record"]);

export function* piecesOf({ text, blocks }: ParsedDocument, limits: PieceLimits): Generator<Piece> {
	for (const block of blocks) {
		const isHeading = block.type === "heading";
		for (const span of partsOf(text, block, limits)) {
			yield { ...span, weight: weightOf(text, span.start, span.end), isHeading };
		}
	}
}

function* partsOf(text: string, block: Block, { size, maxSize }: PieceLimits): Generator<Span> {
	const isWhole = keptWhole.has(block.type);
	if (weightOf(text, block.start, block.end) <= (isWhole ? maxSize : size))
		yield { start: block.start, end: block.end };
	else yield* (isWhole ? linesIn : sentencesIn)(text, block, size);
}
