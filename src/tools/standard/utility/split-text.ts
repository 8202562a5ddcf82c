/** `text_split`: a text in parts. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";
import { Text } from "./text-value.ts";

const maximumParts = 10_000;

export const splitText = standardTool({
	id: "text_split",
	name: "Split text",
	description:
		"Cuts a text into lines, words, sentences, parts between a separator, or pieces of a length, and counts them. Use it " +
		"to count words too: give limit 0 for the count alone.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		text: Text.meta({ description: "The text.", examples: ["one, two, three"] }),
		by: z
			.enum(["lines", "words", "sentences", "separator", "length"])
			.default("lines")
			.meta({ description: "Where to cut." }),
		separator: z
			.string()
			.min(1)
			.max(100)
			.optional()
			.meta({ description: "For `separator`.", examples: [", "] }),
		length: z.int().min(1).max(100_000).optional().meta({ description: "Characters a piece, for `length`." }),
		trim: z.boolean().default(false).meta({ description: "Take blanks from both ends of each part." }),
		dropEmpty: z.boolean().default(false).meta({ description: "Leave out parts without content." }),
		limit: z
			.int()
			.min(0)
			.max(maximumParts)
			.default(maximumParts)
			.meta({ description: "How many parts to tell at most." }),
	}),
	output: z.object({ parts: z.array(z.string()), count: z.int().meta({ description: "How many there are in all." }) }),
	examples: [
		{
			title: "By a separator",
			input: { text: "one, two,, three", by: "separator", separator: ",", trim: true, dropEmpty: true },
			output: { parts: ["one", "two", "three"], count: 3 },
		},
		{
			title: "How many words",
			input: { text: "Don't count, ask!", by: "words", limit: 0 },
			output: { parts: [], count: 3 },
		},
		{ title: "Lines", input: { text: "a\r\nb" }, output: { parts: ["a", "b"], count: 2 } },
	],
	run({ text, by, separator, length, trim, dropEmpty, limit }) {
		if (by === "separator" && separator === undefined) throw new AppError("invalid_input", "The separator is missing.");
		if (by === "length" && length === undefined) throw new AppError("invalid_input", "The length is missing.");
		const cut = {
			lines: () => text.split(/\r\n|\n|\r/),
			words: () => segments("word"),
			sentences: () => segments("sentence"),
			separator: () => text.split(separator!),
			length: () => pieces(text, length!),
		};
		const parts = cut[by]()
			.map((part) => (trim ? part.trim() : part))
			.filter((part) => !dropEmpty || part !== "");
		return { parts: parts.slice(0, limit), count: parts.length };

		function segments(granularity: "word" | "sentence"): string[] {
			const found = [...new Intl.Segmenter("en", { granularity }).segment(text)];
			return found.filter(({ isWordLike }) => isWordLike !== false).map(({ segment }) => segment);
		}
	},
});

/** By code points: no character is cut in half. */
function pieces(text: string, length: number): string[] {
	const characters = Array.from(text);
	return Array.from({ length: Math.ceil(characters.length / length) }, (_, index) =>
		characters.slice(index * length, (index + 1) * length).join(""),
	);
}
