/** `html_extract`: what a CSS selector finds in given HTML. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";
import { cutText } from "./cut-text.ts";
import { type DomDocument, type DomElement, textOf } from "./dom.ts";
import { parseHtml } from "./parse-html.ts";
import { checkSelector } from "./selector-cost.ts";
import { html } from "./web-fields.ts";

const maxTextLength = 2_000;
const maxTotalLength = 400_000;

export const extractHtml = standardTool({
	id: "html_extract",
	name: "Extract from HTML",
	description:
		"Finds elements in HTML by a CSS selector and answers their texts and the attributes you name. Use it to take links, prices, table cells or metadata out of a page that web_fetch answered.",
	category: "web",
	writes: false,
	input: z.strictObject({
		html,
		selector: z
			.string()
			.min(1)
			.max(300)
			.meta({ description: "CSS selector.", examples: ["a.title[href]", "table tr > td:nth-child(2)"] }),
		attributes: z
			.array(z.string().min(1).max(100))
			.max(20)
			.default([])
			.meta({ description: "Names of attributes to answer.", examples: [["href", "title"]] }),
		limit: z
			.number()
			.int()
			.min(1)
			.max(500)
			.default(100)
			.meta({ description: "How many elements to answer at most.", examples: [20] }),
	}),
	output: z.object({
		matches: z.array(z.object({ text: z.string(), attributes: z.record(z.string(), z.string()) })),
		total: z.number().int().meta({ description: "How many elements match." }),
		truncated: z.boolean().meta({ description: "Whether matches, or parts of their texts, were left out." }),
	}),
	examples: [
		{
			title: "All links of a list",
			input: {
				html: '<ul><li><a href="/a">First</a></li><li><a href="/b"><b>Sec</b>ond</a></li></ul>',
				selector: "li a",
				attributes: ["href"],
			},
			output: {
				matches: [
					{ text: "First", attributes: { href: "/a" } },
					{ text: "Second", attributes: { href: "/b" } },
				],
				total: 2,
				truncated: false,
			},
		},
	],
	run({ html, selector, attributes, limit }) {
		const document = parseHtml(html);
		checkSelector(selector, document);
		const found = select(document, selector);
		const matches = [];
		let left = maxTotalLength;
		let truncated = found.length > limit;
		for (const element of found.slice(0, limit)) {
			const text = cutText(textOf(element), Math.min(maxTextLength, left));
			const match = { text: text.text, attributes: attributesOf(element, attributes) };
			left -= JSON.stringify(match).length;
			truncated ||= text.truncated || left < 0;
			if (left < 0) break;
			matches.push(match);
		}
		return { matches, total: found.length, truncated };
	},
});

function select(document: DomDocument, selector: string): DomElement[] {
	try {
		return [...document.querySelectorAll(selector)];
	} catch (cause) {
		throw new AppError("invalid_input", `"${selector}" is not a CSS selector that is understood here.`, { cause });
	}
}

function attributesOf(element: DomElement, names: string[]): Record<string, string> {
	return Object.fromEntries(
		names.flatMap((name) => {
			const value = element.getAttribute(name);
			return value === null ? [] : [[name, cutText(value, maxTextLength).text]];
		}),
	);
}
