/** The fields that the web tools share. */
import { z } from "zod";

export const url = z
	.url({ protocol: /^https?$/ })
	.max(2_048)
	.meta({ description: "A public http or https address.", examples: ["https://example.com/page"] });

export const timeoutMs = z
	.number()
	.int()
	.min(100)
	.max(25_000)
	.default(8_000)
	.meta({ description: "Milliseconds until the whole answer must be there.", examples: [8_000] });

export const html = z
	.string()
	.max(1_000_000)
	.meta({ description: "HTML, a whole page or a part of one.", examples: ["<p>Hello</p>"] });

export const images = z
	.enum(["alt", "link"])
	.default("alt")
	.meta({
		description: "`alt` puts the alternative text in the place of each image; `link` keeps images as Markdown.",
		examples: ["alt"],
	});
