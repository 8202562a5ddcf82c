/**
 * Cuts Markdown where blocks end, so that the tokens of a whole book need not be in memory at once: a parser takes a
 * kilobyte for a line.
 */

const enough = 64 * 1024;
/** Longer than any list, table or listing that people write; what is longer is cut at the next line. */
const tooMuch = 256 * 1024;

const fence = /^ {0,3}(`{3,}|~{3,})/;

/** Each beginning at the start of a line, together the whole text. */
export function* markdownSlices(text: string, from = 0): Generator<{ start: number; end: number }> {
	let start = from;
	/** What closes the code that the line is in. */
	let closing: string | undefined;
	let afterBlank = false;
	for (let line = from; line < text.length;) {
		const next = text.indexOf("\n", line) + 1 || text.length;
		const size = line - start;
		const isEdge = afterBlank && closing === undefined && !/\s/.test(text[line]!);
		if ((size >= enough && isEdge) || size >= tooMuch) {
			yield { start, end: line };
			start = line;
		}
		const mark = fence.exec(text.slice(line, Math.min(next, line + 100)))?.[1];
		if (mark && closing === undefined) closing = mark;
		else if (mark && closing !== undefined && mark.startsWith(closing)) closing = undefined;
		afterBlank = next - line === 1;
		line = next;
	}
	if (start < text.length) yield { start, end: text.length };
}
