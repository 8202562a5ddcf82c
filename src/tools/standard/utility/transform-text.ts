/** `text_transform`: a text in another case, order or spelling. */
import { z } from "zod";
import { standardTool } from "#tools/standard/standard-tool";
import { Text } from "./text-value.ts";

const operations = {
	upper: (text: string) => text.toUpperCase(),
	lower: (text: string) => text.toLowerCase(),
	title: (text: string) => wordsAsThey(text, (word) => capitalized(word.toLowerCase())),
	capitalize: (text: string) => capitalized(text),
	camel: (text: string) =>
		uncapitalized(
			wordsOf(text)
				.map((word) => capitalized(word.toLowerCase()))
				.join(""),
		),
	snake: (text: string) => wordsOf(text).join("_").toLowerCase(),
	kebab: (text: string) => wordsOf(text).join("-").toLowerCase(),
	slugify: (text: string) =>
		plain(text.toLowerCase())
			.replace(/[^a-z0-9]+/g, "-")
			.replace(/^-|-$/g, ""),
	trim: (text: string) => text.trim(),
	trim_lines: (text: string) => linesAsThey(text, (lines) => lines.map((line) => line.trim())),
	collapse_whitespace: (text: string) => text.split(/\s+/).filter(Boolean).join(" "),
	remove_accents: (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC"),
	reverse: (text: string) => graphemesOf(text).toReversed().join(""),
	reverse_lines: (text: string) => linesAsThey(text, (lines) => lines.toReversed()),
	sort_lines: (text: string) => linesAsThey(text, (lines) => lines.toSorted()),
	unique_lines: (text: string) => linesAsThey(text, (lines) => [...new Set(lines)]),
} satisfies Record<string, (text: string) => string>;

type Operation = keyof typeof operations;

export const transformText = standardTool({
	id: "text_transform",
	name: "Transform text",
	description:
		"Changes a text mechanically, one operation after the other: upper or lower case, title case, camelCase, snake_case, " +
		"kebab-case, URL slug, trimming, whitespace, accents, reversing, sorting or unique lines.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		text: Text.meta({ description: "The text.", examples: ["Crème brûlée!"] }),
		operations: z
			.array(z.enum(Object.keys(operations) as [Operation, ...Operation[]]))
			.min(1)
			.max(10)
			.meta({ description: "What to do, in this order.", examples: [["trim", "lower"], ["slugify"]] }),
	}),
	output: z.object({ text: z.string() }),
	examples: [
		{
			title: "A slug",
			input: { text: "Crème brûlée, s'il vous plaît!", operations: ["slugify"] },
			output: { text: "creme-brulee-s-il-vous-plait" },
		},
		{
			title: "Sorted lines without duplicates",
			input: { text: "pear\napple\npear", operations: ["unique_lines", "sort_lines"] },
			output: { text: "apple\npear" },
		},
		{
			title: "An identifier",
			input: { text: "HTTP response code", operations: ["camel"] },
			output: { text: "httpResponseCode" },
		},
	],
	run({ text, operations: names }) {
		return { text: names.reduce((changed, name) => operations[name](changed), text) };
	},
});

/** Also `camelCase` and `HTTPServer` consist of two words. */
function wordsOf(text: string): string[] {
	return text.match(/\p{Lu}+(?!\p{Ll})\d*|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{M}]+\d*|\p{Lu}|\d+/gu) ?? [];
}

function wordsAsThey(text: string, change: (word: string) => string): string {
	return text.replace(/[\p{L}\p{M}\p{N}'’]+/gu, change);
}

function linesAsThey(text: string, change: (lines: string[]) => string[]): string {
	return change(text.split(/\r?\n/)).join("\n");
}

function capitalized(text: string): string {
	return text.replace(/^./su, (first) => first.toUpperCase());
}

function uncapitalized(text: string): string {
	return text.replace(/^./su, (first) => first.toLowerCase());
}

function plain(text: string): string {
	return text.normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("ß", "ss").replaceAll("æ", "ae").replaceAll("ø", "o");
}

/** What readers take for one character: an emoji with its skin tone stays whole. */
function graphemesOf(text: string): string[] {
	return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}
