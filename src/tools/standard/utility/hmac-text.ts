/** `hmac_text`: the signature of a text under a secret. */
import { z } from "zod";
import { standardTool } from "#tools/standard/standard-tool";
import { Algorithm, algorithms, Encoding, encoded } from "./digest.ts";
import { Text } from "./text-value.ts";
import { utf8 } from "./utf8.ts";

export const hmacText = standardTool({
	id: "hmac_text",
	name: "HMAC",
	description:
		"Calculates the HMAC of a text under a secret key (RFC 2104), for instance to check the signature of a webhook.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		text: Text.meta({ description: "The text.", examples: ["what do ya want for nothing?"] }),
		key: z
			.string()
			.min(1)
			.max(1_000)
			.meta({ description: "The secret, as text.", examples: ["Jefe"] }),
		algorithm: Algorithm,
		encoding: Encoding,
	}),
	output: z.object({ hmac: z.string() }),
	examples: [
		{
			title: "RFC 4231, test case 2",
			input: { text: "what do ya want for nothing?", key: "Jefe" },
			output: { hmac: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
		},
		{
			title: "RFC 2202, test case 2, in base64",
			input: { text: "what do ya want for nothing?", key: "Jefe", algorithm: "sha-1", encoding: "base64" },
			output: { hmac: "7/zfauXrL6LSdBbV8YTfnCWafHk=" },
		},
	],
	async run({ text, key, algorithm, encoding }) {
		const hmac = { name: "HMAC", hash: algorithms[algorithm] };
		const secret = await crypto.subtle.importKey("raw", utf8(key), hmac, false, ["sign"]);
		return { hmac: encoded(await crypto.subtle.sign("HMAC", secret, utf8(text)), encoding) };
	},
});
