/** Chunks of one size, whatever the text is, cut between words; each repeats the end of the one before. */
import type { ParsedDocument } from "#rag/documents/parsed-document";
import { headingTitle } from "#rag/documents/outline-of";
import type { Part } from "./chunk-by-structure.ts";
import { cutAfter, cutBefore } from "./cut-text.ts";
import { sectionPath } from "./section-path.ts";

export function* chunkByTokens(
	{ text, blocks }: ParsedDocument,
	{ size, overlap }: { size: number; overlap: number },
): Generator<Part> {
	const headings = blocks.filter(({ type }) => type === "heading");
	const sections = sectionPath();
	let passed = 0;
	for (let start = 0, end = 0; end < text.length; start = nextStart(start, end)) {
		end = Math.max(end, cutAfter(text, start, text.length, size));
		for (let next = headings[passed]; next && next.start <= start; next = headings[++passed]) {
			sections.enter(next.level ?? 1, headingTitle(text, next));
		}
		yield { start, end, headings: sections.current() };
	}

	function nextStart(start: number, end: number): number {
		const back = cutBefore(text, start, end, overlap);
		return back > start ? back : end;
	}
}
