/** What the tools that hash have in common. */
import { z } from "zod";

export const algorithms = {
	"sha-256": "SHA-256",
	"sha-384": "SHA-384",
	"sha-512": "SHA-512",
	"sha-1": "SHA-1",
} as const;

export const Algorithm = z
	.enum(Object.keys(algorithms) as [keyof typeof algorithms])
	.default("sha-256")
	.meta({ description: "Which SHA." });

export const Encoding = z.enum(["hex", "base64"]).default("hex").meta({ description: "How to write the result." });

export function encoded(digest: ArrayBuffer, encoding: z.infer<typeof Encoding>): string {
	const bytes = new Uint8Array(digest);
	return encoding === "hex" ? bytes.toHex() : bytes.toBase64();
}
