/** Collects the text of markup as it is read, from start to end, into blocks: lines, paragraphs, cells, tables. */
import type { BlockType } from "./parsed-document.ts";
import { checkBlocks, type TextBuilder, textBuilder } from "./text-builder.ts";
import { checkLength, textWriter } from "./text-writer.ts";

export interface BlockWriter extends Pick<TextBuilder, "build" | "blocks"> {
	text(text: string): void;
	/** What was written since the last block is one, of the type given. In a table it is a part of its cell. */
	endBlock(type?: BlockType, level?: number): void;
	openTable(): void;
	openRow(): void;
	/** Also ends the cell before it. */
	openCell(): void;
	closeTable(): void;
}

interface Table {
	rows: string[][];
	/** Of these rows. */
	cells: number;
	characters: number;
	/** Tables within cells are text of the cell. */
	nested: number;
}

/** A table with more text than that in a cell, or only one column, lays out a page. */
const maxCell = 1000;
/** A longer table becomes several. */
const maxRows = 2000;

export function blockWriter(name: string): BlockWriter {
	const builder = textBuilder(name);
	let pending = textWriter(name);
	let table: Table | undefined;

	return {
		blocks: builder.blocks,
		build: builder.build,
		text: write,
		endBlock(type = "paragraph", level) {
			if (table) return write("\n");
			if (pending.length() > 0) builder.add(level === undefined ? { type } : { type, level }, taken());
		},
		openTable() {
			if (table) {
				table.nested++;
				return;
			}
			this.endBlock();
			table = { rows: [], cells: 0, characters: 0, nested: 0 };
		},
		openRow() {
			if (!table) return;
			if (table.nested > 0) write("\n");
			else startRow(table);
		},
		openCell() {
			if (!table) return;
			if (table.nested > 0) write(" ");
			else startCell(table);
		},
		closeTable() {
			if (!table) return;
			if (table.nested > 0) {
				table.nested--;
				return write("\n");
			}
			fillCell(table);
			addRows(table);
			table = undefined;
		},
	};

	/** What is in no block yet counts as well: it is in memory. */
	function write(text: string): void {
		pending.write(text);
		checkLength(builder.length() + (table?.characters ?? 0) + pending.length(), name);
	}

	function startRow(table: Table): void {
		fillCell(table);
		if (table.rows.length >= maxRows) addRows(table);
		table.rows.push([]);
	}

	function startCell(table: Table): void {
		if (table.rows.length === 0) table.rows.push([]);
		fillCell(table);
		addCell(table, "");
	}

	/** What stands between cells, such as a caption, is kept as a cell of its own. */
	function fillCell(table: Table): void {
		const text = taken().trim();
		if (text === "") return;
		table.characters += text.length;
		if (table.rows.length === 0) table.rows.push([]);
		const row = table.rows.at(-1)!;
		if (row.at(-1) === "") row[row.length - 1] = text;
		else addCell(table, text);
	}

	function addCell(table: Table, text: string): void {
		checkBlocks(builder.blocks.length + ++table.cells, name);
		table.rows.at(-1)!.push(text);
	}

	function addRows(table: Table): void {
		addTable(builder, table.rows.splice(0));
		[table.cells, table.characters] = [0, 0];
	}

	function taken(): string {
		const text = pending.written();
		pending = textWriter(name);
		return text;
	}
}

function addTable(builder: TextBuilder, rows: string[][]): void {
	const isData = rows.some((row) => row.length > 1) && rows.flat().every((cell) => cell.length <= maxCell);
	if (isData) {
		builder.add({ type: "table" }, rows.map(lineOf).filter(Boolean).join("\n"));
		return;
	}
	for (const cell of rows.flat()) {
		for (const paragraph of cell.split(/\n\s*\n|\n/)) builder.add({ type: "paragraph" }, paragraph);
	}
}

/** One line a row: cells are parted by bars, as in Markdown. */
function lineOf(row: string[]): string {
	if (row.every((cell) => cell === "")) return "";
	return row.map((cell) => cell.replaceAll(/\s+/g, " ")).join(" | ");
}
