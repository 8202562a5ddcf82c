/** `csv_format`: rows as CSV. */
import Papa from "papaparse";
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";

const maximumResult = 1_000_000;
const Cell = z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()]);
const Column = z.string().max(200);

export const formatCsv = standardTool({
	id: "csv_format",
	name: "Format CSV",
	description:
		"Writes a list of objects as CSV, for spreadsheets and downloads. Texts that a spreadsheet would take for formulas " +
		"are disarmed unless switched off.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		rows: z
			.array(z.record(Column, Cell))
			.max(10_000)
			.meta({ description: "One object a row.", examples: [[{ name: "Ada", age: 36 }]] }),
		columns: z
			.array(Column)
			.max(500)
			.optional()
			.meta({ description: "Which, in which order; else all names in the order of their first appearance." }),
		delimiter: z.enum([",", ";", "\t", "|"]).default(",").meta({ description: "What separates fields." }),
		header: z.boolean().default(true).meta({ description: "The first row has the names." }),
		escapeFormulas: z
			.boolean()
			.default(true)
			.meta({ description: "Put ' before texts that begin with =, +, -, @, a tab or a line break." }),
	}),
	output: z.object({ text: z.string(), count: z.int().meta({ description: "How many rows, without the header." }) }),
	examples: [
		{
			title: "Two rows",
			input: {
				rows: [
					{ name: "Ada", quote: "one, two" },
					{ name: "Alan", quote: 'he said "hi"' },
				],
			},
			output: { text: 'name,quote\r\nAda,"one, two"\r\nAlan,"he said ""hi"""', count: 2 },
		},
		{
			title: "A formula is disarmed, a negative number is none",
			input: { rows: [{ a: "=1+1", b: -1 }], delimiter: ";" },
			output: { text: `a;b\r\n"'=1+1";-1`, count: 1 },
		},
	],
	run({ rows, columns, delimiter, header, escapeFormulas }) {
		const fields = columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
		if (fields.length > 500) throw new AppError("limit_exceeded", "There are more than 500 columns.");
		// As lists: a column called "constructor" is no reason to look at prototypes.
		const data = rows.map((row) => fields.map((field) => (Object.hasOwn(row, field) ? row[field] : null)));
		const text = Papa.unparse({ fields, data }, { delimiter, header, escapeFormulae: escapeFormulas });
		if (text.length > maximumResult) throw new AppError("limit_exceeded", "The CSV becomes too long.");
		return { text, count: rows.length };
	},
});
