/** CSV as text: every row tells the names of its fields, so that it can be understood without the rows around it. */
import type { Block } from "./parsed-document.ts";
import { type CsvField, readCsv } from "./read-csv.ts";
import { refuse } from "./refuse.ts";
import { textBuilder } from "./text-builder.ts";

export function parseCsv(source: string, name: string): { text: string; blocks: Block[] } {
	const builder = textBuilder(name);
	const columns = readCsv(source, (row) => builder.add({ type: "record" }, recordOf(row)));
	if (!columns) throw refuse(name, "has a line of more fields than a table can have here.", "payload_too_large");
	if (builder.blocks.length === 0) builder.add({ type: "record" }, columns.join(", "));
	return { text: builder.build(), blocks: builder.blocks };
}

function recordOf(row: CsvField[]): string {
	const told = row.filter(({ value }) => value.trim() !== "");
	return told.map(({ name, value }) => `${name}: ${value}`).join("\n");
}
