/** Plain text: what empty lines part is a paragraph. */
import type { Block } from "./parsed-document.ts";
import { checkBlocks } from "./text-builder.ts";

export function parseText(text: string, name: string): { text: string; blocks: Block[] } {
	return { text, blocks: paragraphsIn(text, 0, text.length, name) };
}

/** The paragraphs of a part of a text, without the white space around them. */
export function paragraphsIn(text: string, from: number, to: number, name: string): Block[] {
	const blocks: Block[] = [];
	let paragraph: Block | undefined;
	for (let line = from; line < to;) {
		const lineEnd = endOfLine(text, line, to);
		const span = trimmed(text, line, lineEnd);
		if (!span) paragraph = undefined;
		else if (paragraph) paragraph.end = span.end;
		else {
			checkBlocks(blocks.length + 1, name);
			paragraph = { type: "paragraph", ...span };
			blocks.push(paragraph);
		}
		line = lineEnd + 1;
	}
	return blocks;
}

/** Undefined for a part that is blank. */
export function trimmed(text: string, from: number, to: number): { start: number; end: number } | undefined {
	let [start, end] = [from, to];
	while (start < end && isBlank(text, start)) start++;
	while (end > start && isBlank(text, end - 1)) end--;
	return start < end ? { start, end } : undefined;
}

function isBlank(text: string, at: number): boolean {
	const code = text.charCodeAt(at);
	return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0xa0 && text[at]!.trim() === "");
}

function endOfLine(text: string, from: number, to: number): number {
	const at = text.indexOf("\n", from);
	return at === -1 || at > to ? to : at;
}
