/** `base64_encode`: a text as base64. */
import { z } from "zod";
import { standardTool } from "#tools/standard/standard-tool";
import { Text } from "./text-value.ts";
import { utf8 } from "./utf8.ts";

export const encodeBase64 = standardTool({
	id: "base64_encode",
	name: "Encode base64",
	description: "Writes a text (UTF-8) as base64 or base64url, for headers, data URLs and tokens.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		text: Text.meta({ description: "The text.", examples: ["Grüße"] }),
		urlSafe: z.boolean().default(false).meta({ description: "base64url: - and _ instead of + and /, no padding." }),
	}),
	output: z.object({ base64: z.string() }),
	examples: [
		{ title: "Base64", input: { text: "Grüße" }, output: { base64: "R3LDvMOfZQ==" } },
		{ title: "For a URL", input: { text: "a?>", urlSafe: true }, output: { base64: "YT8-" } },
	],
	run({ text, urlSafe }) {
		const bytes = utf8(text);
		return { base64: urlSafe ? bytes.toBase64({ alphabet: "base64url", omitPadding: true }) : bytes.toBase64() };
	},
});
