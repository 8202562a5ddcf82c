/** `text_search`: where something stands in a text. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";
import { type Found, matcherOf } from "./text-matcher.ts";
import { Text } from "./text-value.ts";

const Match = z.object({
	start: z.int().meta({ description: "Offset of its first character, from 0." }),
	end: z.int().meta({ description: "Offset after its last character." }),
	line: z.int().meta({ description: "From 1." }),
	column: z.int().meta({ description: "From 1." }),
	text: z.string(),
});

export const searchText = standardTool({
	id: "text_search",
	name: "Search text",
	description:
		"Finds every place where a word or phrase stands in a text, line by line, with positions. With mode `wildcard`, * " +
		"stands for any characters and ? for one. No regular expressions.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		text: Text.meta({ description: "Where to look.", examples: ["Error: disk full\nerror: retry"] }),
		query: z
			.string()
			.min(1)
			.max(200)
			.meta({ description: "What to look for, in one line.", examples: ["error", "err*full"] }),
		mode: z.enum(["literal", "wildcard"]).default("literal").meta({ description: "Whether * and ? mean something." }),
		caseSensitive: z.boolean().default(false).meta({ description: "Upper and lower case differ." }),
		limit: z.int().min(1).max(1_000).default(100).meta({ description: "How many places to tell at most." }),
	}),
	output: z.object({
		count: z.int().meta({ description: "How many there are in all." }),
		matches: z.array(Match),
	}),
	examples: [
		{
			title: "A word",
			input: { text: "Error: disk full\nan error", query: "error" },
			output: {
				count: 2,
				matches: [
					{ start: 0, end: 5, line: 1, column: 1, text: "Error" },
					{ start: 20, end: 25, line: 2, column: 4, text: "error" },
				],
			},
		},
		{
			title: "A pattern",
			input: { text: "report-01.pdf notes.txt report-2.pdf", query: "report-??.pdf", mode: "wildcard" },
			output: { count: 1, matches: [{ start: 0, end: 13, line: 1, column: 1, text: "report-01.pdf" }] },
		},
	],
	run({ text, query, mode, caseSensitive, limit }) {
		if (/[\r\n]/.test(query)) throw new AppError("invalid_input", "The query has to be a single line.");
		const find = matcherOf(query, { wildcard: mode === "wildcard", caseSensitive });
		const matches: z.infer<typeof Match>[] = [];
		let count = 0;
		let lineStart = 0;
		for (const [index, line] of text.split("\n").entries()) {
			for (const found of allIn(line, find)) {
				count += 1;
				if (matches.length < limit) matches.push(placed(found, line, lineStart, index + 1));
			}
			lineStart += line.length + 1;
		}
		return { count, matches };
	},
});

function* allIn(line: string, find: (line: string, from: number) => Found | undefined): Generator<Found> {
	for (let from = 0; from <= line.length;) {
		const found = find(line, from);
		if (!found) return;
		yield found;
		from = Math.max(found.end, found.start + 1);
	}
}

function placed({ start, end }: Found, line: string, lineStart: number, number: number): z.infer<typeof Match> {
	return {
		start: lineStart + start,
		end: lineStart + end,
		line: number,
		column: start + 1,
		text: line.slice(start, end),
	};
}
