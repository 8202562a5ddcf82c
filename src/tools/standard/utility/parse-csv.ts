/** `csv_parse`: CSV as rows. */
import Papa from "papaparse";
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";
import { Text } from "./text-value.ts";

const maximumRows = 10_000;
const maximumColumns = 500;
/** Not `007` and not `1e400`: what would not be written the same way again stays text. */
const number = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;

const Cell = z.union([z.string(), z.number()]);

export const parseCsv = standardTool({
	id: "csv_parse",
	name: "Parse CSV",
	description:
		"Reads CSV (also with semicolons or tabs; quoted fields may contain separators and line breaks) into a list of " +
		"objects, one a row, named by the header.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		text: Text.meta({ description: "The CSV.", examples: ["name,age\nAda,36"] }),
		delimiter: z
			.enum([",", ";", "\t", "|"])
			.optional()
			.meta({ description: "What separates fields; found out if left out." }),
		header: z
			.boolean()
			.default(true)
			.meta({ description: "The first row has the names; else they are column1, column2 …" }),
		numbers: z.boolean().default(false).meta({ description: "Fields that are plain numbers become numbers." }),
	}),
	output: z.object({
		columns: z.array(z.string()),
		rows: z.array(z.record(z.string(), Cell)),
		count: z.int().meta({ description: "How many rows." }),
	}),
	examples: [
		{
			title: "A header and two rows",
			input: { text: 'name,quote\nAda,"one, two"\nAlan,"he said ""hi"""\n' },
			output: {
				columns: ["name", "quote"],
				rows: [
					{ name: "Ada", quote: "one, two" },
					{ name: "Alan", quote: 'he said "hi"' },
				],
				count: 2,
			},
		},
		{
			title: "Numbers, separated by semicolons",
			input: { text: "item;price\npen;1.5\n007;2", numbers: true },
			output: {
				columns: ["item", "price"],
				rows: [
					{ item: "pen", price: 1.5 },
					{ item: "007", price: 2 },
				],
				count: 2,
			},
		},
	],
	run({ text, delimiter, header, numbers }) {
		const lines = linesOf(text, delimiter);
		const columns = header ? (lines.shift() ?? []) : (lines[0] ?? []).map((_, index) => `column${index + 1}`);
		checkColumns(columns);
		if (lines.length > maximumRows) throw new AppError("limit_exceeded", `There are more than ${maximumRows} rows.`);
		const rows = lines.map((fields, index) => {
			if (fields.length > columns.length) {
				throw new AppError(
					"invalid_input",
					`Row ${index + 1} has ${fields.length} fields, but ${columns.length} columns.`,
				);
			}
			return Object.fromEntries(columns.map((column, at) => [column, cell(fields[at] ?? "", numbers)]));
		});
		return { columns, rows, count: rows.length };
	},
});

function linesOf(text: string, delimiter: string | undefined): string[][] {
	const { data, errors } = Papa.parse<string[]>(text, { delimiter: delimiter ?? "", skipEmptyLines: true });
	// A single column has no delimiter to be found.
	const error = errors.find(({ type }) => type !== "Delimiter");
	if (error) throw new AppError("invalid_input", `Row ${(error.row ?? 0) + 1}: ${error.message}.`);
	return data;
}

function checkColumns(columns: string[]): void {
	if (columns.length > maximumColumns) {
		throw new AppError("limit_exceeded", `There are more than ${maximumColumns} columns.`);
	}
	const twice = columns.find((column, index) => columns.indexOf(column) !== index);
	if (twice !== undefined) throw new AppError("invalid_input", `The column "${twice}" is there twice.`);
	if (columns.includes("__proto__")) throw new AppError("invalid_input", 'A column cannot be called "__proto__".');
}

function cell(field: string, numbers: boolean): string | number {
	return numbers && number.test(field) ? Number(field) : field;
}
