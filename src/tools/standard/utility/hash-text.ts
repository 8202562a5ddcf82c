/** `hash_text`: the checksum of a text. */
import { z } from "zod";
import { standardTool } from "#tools/standard/standard-tool";
import { Algorithm, algorithms, Encoding, encoded } from "./digest.ts";
import { Text } from "./text-value.ts";
import { utf8 } from "./utf8.ts";

export const hashText = standardTool({
	id: "hash_text",
	name: "Hash text",
	description:
		"Calculates the SHA checksum of a text (UTF-8), to compare or identify contents. Not for passwords; sha-1 only where " +
		"an old system asks for it.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		text: Text.meta({ description: "The text.", examples: ["abc"] }),
		algorithm: Algorithm,
		encoding: Encoding,
	}),
	output: z.object({ hash: z.string() }),
	examples: [
		{
			title: "SHA-256",
			input: { text: "abc" },
			output: { hash: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		},
		{
			title: "SHA-1 in base64",
			input: { text: "abc", algorithm: "sha-1", encoding: "base64" },
			output: { hash: "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=" },
		},
	],
	async run({ text, algorithm, encoding }) {
		return { hash: encoded(await crypto.subtle.digest(algorithms[algorithm], utf8(text)), encoding) };
	},
});
