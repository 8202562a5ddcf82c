/** Chunks of one size, whatever the text is, cut between words; each repeats the end of the one before. */
import type { ParsedDocument, Span } from "#rag/documents/parsed-document";
import { cutAfter, cutBefore } from "./cut-text.ts";

export function* chunkByTokens(
	{ text }: ParsedDocument,
	{ size, overlap }: { size: number; overlap: number },
): Generator<Span> {
	for (let start = 0, end = 0; end < text.length; start = nextStart(start, end)) {
		end = Math.max(end, cutAfter(text, start, text.length, size));
		yield { start, end };
	}

	function nextStart(start: number, end: number): number {
		const back = cutBefore(text, start, end, overlap);
		return back > start ? back : end;
	}
}
