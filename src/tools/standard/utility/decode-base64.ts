/** `base64_decode`: what base64 says. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";

export const decodeBase64 = standardTool({
	id: "base64_decode",
	name: "Decode base64",
	description: "Reads base64 or base64url as text (UTF-8), or as hexadecimal bytes where it is no text.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		base64: z
			.string()
			.max(140_000)
			.meta({ description: "Either alphabet, padded or not.", examples: ["R3LDvMOfZQ=="] }),
		as: z.enum(["text", "hex"]).default("text").meta({ description: "How to write the result." }),
	}),
	output: z.object({ text: z.string() }),
	examples: [
		{ title: "Text", input: { base64: "R3LDvMOfZQ==" }, output: { text: "Grüße" } },
		{ title: "Bytes, from base64url", input: { base64: "_-8", as: "hex" }, output: { text: "ffef" } },
	],
	run({ base64, as }) {
		const bytes = bytesOf(base64);
		return { text: as === "hex" ? bytes.toHex() : textOf(bytes) };
	},
});

function bytesOf(base64: string): Uint8Array {
	try {
		return Uint8Array.fromBase64(base64.replaceAll("-", "+").replaceAll("_", "/"));
	} catch (cause) {
		throw new AppError("invalid_input", "This is not base64.", { cause });
	}
}

function textOf(bytes: Uint8Array): string {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch (cause) {
		throw new AppError("invalid_input", 'The bytes are no text; ask for them as "hex".', { cause });
	}
}
