/** Puts a text together from blocks, and knows where each of them stands. */
import { maxBlocks } from "./limits.ts";
import type { Block } from "./parsed-document.ts";
import { refuse } from "./refuse.ts";
import { textWriter } from "./text-writer.ts";

type Kind = Pick<Block, "type" | "level" | "title">;

export interface TextBuilder {
	readonly blocks: Block[];
	/** Of the text so far; the next block stands behind it, after its gap. */
	length(): number;
	/** A block without text is none. */
	add(kind: Kind, text: string): void;
	build(): string;
}

/** @throws {AppError} `payload_too_large` from `add` where the text becomes too long. */
export function textBuilder(name: string): TextBuilder {
	const { length, write, written } = textWriter(name);
	const blocks: Block[] = [];
	return {
		blocks,
		length,
		build: written,
		add(kind, given) {
			const text = plain(given);
			if (text === "") return;
			checkBlocks(blocks.length + 1, name);
			write(gapBefore(kind, blocks.at(-1)));
			const start = length();
			write(text);
			blocks.push({ ...kind, start, end: length() });
		},
	};
}

/** The items of a list stand line by line. */
function gapBefore({ type }: Kind, last: Block | undefined): string {
	if (!last) return "";
	return type === "list_item" && last.type === type ? "\n" : "\n\n";
}

/** Without what nobody sees: controls, soft hyphens, halves of characters, byte order marks. */
function plain(text: string): string {
	return withoutControls(text)
		.replaceAll(/[\u00AD\uFEFF]/g, "")
		.trim();
}

/** Line ends become `\n`; what no well-formed text has becomes a blank or a replacement character. */
export function withoutControls(text: string): string {
	const lines = text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
	// oxlint-disable-next-line no-control-regex
	return lines.toWellFormed().replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g, " ");
}

export function checkBlocks(count: number, name: string): void {
	if (count <= maxBlocks) return;
	throw refuse(name, `has more than ${maxBlocks} paragraphs, rows or other parts.`, "payload_too_large");
}
