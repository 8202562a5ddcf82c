/** `html_to_markdown`: given HTML as Markdown. */
import { z } from "zod";
import { standardTool } from "#tools/standard/standard-tool";
import { cleanDocument } from "./clean-document.ts";
import { markdownOf } from "./markdown-of.ts";
import { parseHtml } from "./parse-html.ts";
import { html, images, url } from "./web-fields.ts";

export const htmlToMarkdown = standardTool({
	id: "html_to_markdown",
	name: "Convert HTML to Markdown",
	description:
		"Converts HTML that you already have to Markdown: headings, lists, links, code, tables. Scripts, styles, forms and hidden parts are left out. Use web_to_markdown for a page that still has to be fetched.",
	category: "web",
	writes: false,
	input: z.strictObject({
		html,
		baseUrl: url.optional().meta({
			description: "Address of the page, to make its relative links absolute.",
			examples: ["https://example.com/docs/"],
		}),
		images,
	}),
	output: z.object({ markdown: z.string() }),
	examples: [
		{
			title: "Headings, emphasis and a link",
			input: {
				html: '<h1>Hello</h1><p>A <b>bold</b> <a href="/start">start</a>.</p><script>alert(1)</script>',
				baseUrl: "https://example.com/docs/",
			},
			output: { markdown: "# Hello\n\nA **bold** [start](https://example.com/start)." },
		},
		{
			title: "A table",
			input: { html: "<table><tr><th>Name</th><th>Age</th></tr><tr><td>Ada</td><td>36</td></tr></table>" },
			output: { markdown: "| Name | Age |\n| --- | --- |\n| Ada | 36 |" },
		},
	],
	run({ html, baseUrl, images }) {
		const document = parseHtml(html);
		cleanDocument(document, { baseUrl, images });
		return { markdown: markdownOf(document.body) };
	},
});
