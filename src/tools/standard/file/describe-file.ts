/** `file_info`: what is known of a file without its content. */
import { z } from "zod";
import { type StandardTool, standardTool } from "#tools/standard/standard-tool";
import { fileInfo, path } from "./file-fields.ts";
import type { FileStore } from "./file-store.ts";

export function describeFile(files: FileStore): StandardTool {
	return standardTool({
		id: "file_info",
		name: "Describe a file",
		description:
			"Tells size, type, time of the last change and etag of one of your own files, without its content. Use it to see whether a file exists or has changed.",
		category: "file",
		writes: false,
		input: z.strictObject({ path }),
		output: fileInfo,
		examples: [{ title: "Does the report exist?", input: { path: "reports/june.txt" } }],
		run: ({ path }, { caller }) => files.info(caller.userId, path),
	});
}
