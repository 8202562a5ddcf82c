/** The rows of CSV (RFC 4180; also with semicolons, tabs or bars), named by their header where there is one. */
import Papa from "papaparse";

export interface CsvField {
	/** Of its column: `column 3` where the header has none. */
	name: string;
	value: string;
}

type LineEnd = "\r\n" | "\n" | "\r";

const maxColumns = 10_000;

/**
 * Hands over one row after the other: all of them at once would take many times the size of the file. Blank lines are
 * no rows. Answers the names of the columns, or undefined for a line of more fields than any table has.
 */
export function readCsv(text: string, onRow: (row: CsvField[]) => void): string[] | undefined {
	const newline = lineEndOf(text);
	if (hasEndlessLine(text, newline)) return undefined;
	let columns: string[] | undefined;
	let isEndless = false;
	Papa.parse<string[]>(text, {
		newline,
		skipEmptyLines: true,
		step({ data }, parser) {
			// Of which lines end within quotes.
			if (data.length > maxColumns) {
				isEndless = true;
				return parser.abort();
			}
			const isFirst = columns === undefined;
			columns ??= isHeader(data) ? data.map((field) => field.trim()) : [];
			if (isFirst && columns.length > 0) return;
			onRow(data.map((value, at) => ({ name: columns?.[at] ?? `column ${at + 1}`, value })));
		},
	});
	return isEndless ? undefined : (columns ?? []);
}

/** As the first line has it outside of quotes; within them a line of another kind may end. */
function lineEndOf(text: string): LineEnd {
	let isQuoted = false;
	for (const [sign] of text.matchAll(/"|\r\n?|\n/g)) {
		if (sign === '"') isQuoted = !isQuoted;
		else if (!isQuoted) return sign as LineEnd;
	}
	return "\n";
}

/** Each field is a string of its own, so a line of nothing but commas would take a hundred times its size. */
function hasEndlessLine(text: string, newline: LineEnd): boolean {
	let fields = 0;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if ((code === 0x0a || code === 0x0d) && text.startsWith(newline, i)) fields = 0;
		else if ((code === 0x2c || code === 0x3b || code === 0x09 || code === 0x7c) && ++fields > maxColumns) return true;
	}
	return false;
}

/** Names: all there, each once, none a number. */
function isHeader(row: string[]): boolean {
	const names = row.map((field) => field.trim());
	return new Set(names).size === names.length && names.every((name) => name !== "" && Number.isNaN(Number(name)));
}
