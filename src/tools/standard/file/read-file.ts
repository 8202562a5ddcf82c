/** `file_read`: the content of a file, or a part of it. */
import { z } from "zod";
import { type StandardTool, standardTool } from "#tools/standard/standard-tool";
import { fileInfo, path } from "./file-fields.ts";
import type { FileStore } from "./file-store.ts";

/** As JSON the result of a tool has a million characters at most. */
const maxLength = 400_000;
const defaultLength = 100_000;

export function readFile(files: FileStore): StandardTool {
	return standardTool({
		id: "file_read",
		name: "Read a file",
		description:
			"Reads one of your own files. Text comes as text, anything else as base64. Long files come in parts: while `truncated` is true, call again with `offset` set to `nextOffset`.",
		category: "file",
		writes: false,
		input: z.strictObject({
			path,
			encoding: z
				.enum(["auto", "text", "base64"])
				.default("auto")
				.meta({ description: "`auto`: text where the file is valid UTF-8.", examples: ["auto"] }),
			offset: z
				.number()
				.int()
				.min(0)
				.max(2 ** 31)
				.default(0)
				.meta({ description: "Where to begin: characters of text, bytes of base64.", examples: [0] }),
			length: z
				.number()
				.int()
				.min(2)
				.max(maxLength)
				.default(defaultLength)
				.meta({ description: "How much to read at most: characters of text, bytes of base64.", examples: [20_000] }),
		}),
		output: fileInfo.extend({
			encoding: z.enum(["text", "base64"]),
			content: z.string(),
			truncated: z.boolean().meta({ description: "Whether more follows." }),
			nextOffset: z.number().int().meta({ description: "Where the rest begins." }),
		}),
		examples: [{ title: "Read a report", input: { path: "reports/june.txt" } }],
		async run({ path, encoding, ...range }, { caller }) {
			const { info, content } = await files.read(caller.userId, path);
			const text = encoding === "base64" ? undefined : textOf(content, encoding === "auto");
			return { ...info, ...(text === undefined ? partOfBytes(content, range) : partOfText(text, range)) };
		},
	});
}

interface Range {
	offset: number;
	length: number;
}

function partOfBytes(content: Uint8Array, { offset, length }: Range) {
	const end = Math.min(offset + length, content.length);
	const part = content.subarray(offset, end).toBase64();
	return { encoding: "base64" as const, content: part, truncated: end < content.length, nextOffset: end };
}

function partOfText(text: string, { offset, length }: Range) {
	const end = endOfPart(text, offset + length);
	return {
		encoding: "text" as const,
		content: text.slice(offset, end),
		truncated: end < text.length,
		nextOffset: end,
	};
}

/** Undefined for what is no text, where `strict`. A NUL is none, though it is valid UTF-8. */
export function textOf(content: Uint8Array, strict: boolean): string | undefined {
	if (!strict) return new TextDecoder().decode(content);
	if (content.includes(0)) return undefined;
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
	} catch {
		return undefined;
	}
}

/** Never between the halves of a surrogate pair, which are no character each. */
function endOfPart(text: string, wanted: number): number {
	if (wanted >= text.length) return text.length;
	return (text.codePointAt(wanted - 1) ?? 0) > 0xffff ? wanted - 1 : wanted;
}
