/**
 * JSON as text, one member or item a line. Small objects and lists are one block; larger ones are taken apart, and what
 * names them becomes a heading, so that a part of a large file still tells where in the file it belongs.
 */
import { maxJsonDepth } from "./limits.ts";
import type { Block } from "./parsed-document.ts";
import { refuse } from "./refuse.ts";
import { scanJson } from "./scan-json.ts";
import { checkBlocks, withoutControls } from "./text-builder.ts";
import { textWriter } from "./text-writer.ts";

/** Of an object or list that is one block, in characters. */
const maxRecord = 1000;
/** Neighbours as short as that are one block: a list of numbers is not one of records. */
const maxRun = 200;
const maxIndent = 16;

interface Container {
	title: string | undefined;
	start: number;
	/** How many blocks there were before it. */
	blocks: number;
	items: number;
}

/** @throws {AppError} `invalid_input` that tells line and column of what is wrong. */
export function parseJson(source: string, name: string): { text: string; blocks: Block[] } {
	const blocks: Block[] = [];
	const open: Container[] = [];
	const { write, written, length } = textWriter(name);

	const fault = scanJson(source, maxJsonDepth, {
		open(bracket, key) {
			const start = beginItem();
			open.push({ title: key && readable(key.slice(1, -1)), start, blocks: blocks.length, items: 0 });
			write(labelOf(key) + bracket);
			push(start);
		},
		close(bracket) {
			const { title, start, blocks: before, items } = open.pop()!;
			if (items > 0) write(indentOf(open.length));
			write(bracket);
			if (length() - start <= maxRecord) {
				blocks.length = before;
				addRecord(start);
				return;
			}
			if (title) Object.assign(blocks[before]!, { type: "heading", level: open.length + 1, title });
			blocks.at(-1)!.end = length();
		},
		scalar(token, key) {
			const start = beginItem();
			write(labelOf(key) + readable(token));
			addRecord(start);
		},
	});
	if (fault) throw refuse(name, `is not JSON that can be read: ${fault.reason} (${placeOf(source, fault.at)}).`);
	return { text: written(), blocks };

	/** Where it begins. */
	function beginItem(): number {
		const container = open.at(-1);
		if (!container) return 0;
		if (container.items++ > 0) {
			write(",");
			blocks.at(-1)!.end = length();
		}
		write(indentOf(open.length));
		return length();
	}

	function addRecord(start: number): void {
		const container = open.at(-1);
		const last = blocks.at(-1);
		// The first block of a container is the line that opens it.
		const isFirst = container === undefined || blocks.length <= container.blocks + 1;
		if (last && !isFirst && last.type === "record" && length() - last.start <= maxRun) last.end = length();
		else push(start);
	}

	function push(start: number): void {
		checkBlocks(blocks.length + 1, name);
		blocks.push({ type: "record", start, end: length() });
	}
}

function indentOf(depth: number): string {
	return `\n${"  ".repeat(Math.min(depth, maxIndent))}`;
}

function labelOf(key: string | undefined): string {
	return key === undefined ? "" : `${readable(key)}: `;
}

/** Letters that were written as escapes, as letters; quotes, backslashes and controls stay escaped. */
function readable(token: string): string {
	if (!token.includes("\\")) return withoutControls(token);
	const unescaped = token.replaceAll(/\\(?:u([\da-fA-F]{4})|.)/g, (escape, hex?: string) => {
		if (hex === undefined) return escape === String.raw`\/` ? "/" : escape;
		const code = Number.parseInt(hex, 16);
		const isPlain = code >= 0x20 && code !== 0x22 && code !== 0x5c && !(code >= 0x7f && code < 0xa0);
		return isPlain ? String.fromCharCode(code) : escape;
	});
	return withoutControls(unescaped);
}

function placeOf(source: string, at: number): string {
	const before = source.slice(0, at).split("\n");
	return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
}
