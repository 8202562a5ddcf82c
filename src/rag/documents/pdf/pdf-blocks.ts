/**
 * Paragraphs, headings, list items and tables out of the lines of pages. A PDF only says where letters are; what belongs
 * together is seen from distances and sizes.
 */
import type { BlockType } from "#rag/documents/parsed-document";
import type { PdfLine } from "./pdf-lines.ts";

export interface PdfBlock {
	type: BlockType;
	level?: number;
	text: string;
}

/** Tells the level of a heading, undefined for other text. */
export type LevelOf = (text: string, size: number) => number | undefined;

/** Base lines of a paragraph are at most that many letter sizes apart. */
const maxLeading = 1.75;
const maxRowHeight = 4;
const bullet = /^(?:[•●○◦▪■‣·∙–*-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S/;
const endOfSentence = /[.!?:;。！？]["'”’)]*$/;

export function pdfBlocks(lines: PdfLine[], levelOf: LevelOf): PdfBlock[] {
	const groups: PdfLine[][] = [];
	for (const line of lines) {
		const group = groups.at(-1);
		if (group && continues(group, line)) group.push(line);
		else groups.push([line]);
	}
	return groups.map((group) => blockOf(group, levelOf));
}

function continues(group: PdfLine[], line: PdfLine): boolean {
	const last = group.at(-1)!;
	const distance = last.y - line.y;
	const size = Math.max(last.size, line.size);
	const isTable = isRow(last) && isRow(line);
	if (distance < 0 || distance > (isTable ? maxRowHeight : maxLeading) * size) return false;
	if (isRow(last) || isRow(line)) return isTable;
	if (Math.abs(last.size - line.size) > 0.1 * size || bullet.test(line.text)) return false;
	const isIndented = line.x > last.x + 0.8 * size && line.x < last.x + 4 * size;
	return !(isIndented && endOfSentence.test(last.text));
}

function isRow({ parts }: PdfLine): boolean {
	return parts > 2;
}

function blockOf(group: PdfLine[], levelOf: LevelOf): PdfBlock {
	if (group.length > 1 && isRow(group[0]!)) return { type: "table", text: group.map(({ text }) => text).join("\n") };
	const text = group.map((line) => line.text.replaceAll("\t", " ")).reduce(joinLines);
	const level = levelOf(text, group[0]!.size);
	if (level !== undefined) return { type: "heading", level, text };
	return { type: bullet.test(text) ? "list_item" : "paragraph", text };
}

const wide = /[\u2E80-\u9FFF\uF900-\uFAFF\uFF00-\uFFEF]/;

/** A word that a hyphen cuts becomes whole again; scripts without blanks between words get none between lines. */
function joinLines(before: string, after: string): string {
	if (/\p{Ll}[-\u2010]$/u.test(before) && /^\p{Ll}/u.test(after)) return before.slice(0, -1) + after;
	if (wide.test(before.at(-1) ?? "") && wide.test(after[0] ?? "")) return before + after;
	return `${before} ${after}`;
}
