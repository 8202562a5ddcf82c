/** From a document to the chunks that are embedded, searched and cited. */
import type { Page, ParsedDocument, Span } from "#rag/documents/parsed-document";
import { trimmed } from "#rag/documents/parse-text";
import type { Chunk } from "./chunk.ts";
import { chunkByStructure } from "./chunk-by-structure.ts";
import { chunkByTokens } from "./chunk-by-tokens.ts";
import type { ChunkingConfig } from "./chunking-config.ts";
import { addParentWindows } from "./parent-windows.ts";
import { weightOfTokens } from "./token-weight.ts";

/**
 * In the order of the text; every character but white space is in one of them, and the same document makes the same
 * chunks. None has more than `size` tokens but a table, record or piece of code, with its heading, that `maxSize` lets
 * pass whole.
 */
export function chunkDocument(document: ParsedDocument, config: ChunkingConfig): Chunk[] {
	const { text, pages } = document;
	const limits = {
		size: weightOfTokens(config.size),
		maxSize: weightOfTokens(config.maxSize ?? 2 * config.size),
		overlap: weightOfTokens(config.overlap),
	};
	const parts = config.strategy === "tokens" ? chunkByTokens(document, limits) : chunkByStructure(document, limits);
	const chunks: Chunk[] = [];
	for (const part of parts) {
		const span = trimmed(text, part.start, part.end);
		if (!span) continue;
		chunks.push({
			index: chunks.length,
			text: text.slice(span.start, span.end),
			...span,
			...pagesOf(span, pages),
		});
	}
	if (config.parentWindow !== undefined) addParentWindows(text, chunks, weightOfTokens(config.parentWindow));
	return chunks;
}

function pagesOf({ start, end }: Span, pages: Page[] | undefined): { page?: number; pageEnd?: number } {
	if (!pages) return {};
	return { page: pageAt(start, pages), pageEnd: pageAt(end - 1, pages) };
}

/** The last page that begins at or before the place; pages without text begin where the one before ends. */
function pageAt(at: number, pages: Page[]): number | undefined {
	let [low, high] = [0, pages.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (pages[middle]!.start <= at) low = middle + 1;
		else high = middle;
	}
	return pages[low - 1]?.number;
}
