/** `file_write`: keeps a file of the caller. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { type StandardTool, standardTool } from "#tools/standard/standard-tool";
import { contentTypeOf } from "./content-type.ts";
import { fileInfo, path } from "./file-fields.ts";
import { fileLimits, type FileStore } from "./file-store.ts";

/** Base64 of the largest file. */
const maxContentLength = Math.ceil(fileLimits.maxFileBytes / 3) * 4;

export function writeFile(files: FileStore): StandardTool {
	return standardTool({
		id: "file_write",
		name: "Write a file",
		description:
			"Stores text or bytes under a path among your own files, where they stay until deleted; an existing file is replaced. Use it to keep results, notes or data for later steps and sessions. 1 MiB a file, 100 MiB and 1,000 files in all.",
		category: "file",
		writes: true,
		input: z.strictObject({
			path,
			content: z
				.string()
				.max(maxContentLength)
				.meta({ description: "The whole content, encoded as `encoding` says.", examples: ["Hello"] }),
			encoding: z
				.enum(["text", "base64"])
				.default("text")
				.meta({ description: "`base64` for anything that is not text.", examples: ["text"] }),
			contentType: z
				.string()
				.max(100)
				.regex(/^[\w.+-]+\/[\w.+-]+(?:; ?charset=[\w-]+)?$/)
				.optional()
				.meta({ description: "Media type; by default guessed from the path.", examples: ["text/csv"] }),
		}),
		output: fileInfo,
		examples: [
			{ title: "Keep a note", input: { path: "notes/todo.md", content: "- [ ] Write the report" } },
			{ title: "Keep bytes", input: { path: "data/point.bin", content: "AAECAw==", encoding: "base64" } },
		],
		async run({ path, content, encoding, contentType }, { caller }) {
			const bytes = encoding === "text" ? new TextEncoder().encode(content) : bytesOf(content);
			return await files.write(caller.userId, path, bytes, contentType ?? contentTypeOf(path, encoding === "text"));
		},
	});
}

function bytesOf(base64: string): Uint8Array {
	try {
		return Uint8Array.fromBase64(base64);
	} catch (cause) {
		throw new AppError("invalid_input", "The content is not valid base64.", { cause });
	}
}
