/** `file_list`: the caller's files, by the beginning of their paths. */
import { z } from "zod";
import { type StandardTool, standardTool } from "#tools/standard/standard-tool";
import { fileInfo } from "./file-fields.ts";
import { maxPathLength } from "./file-path.ts";
import type { FileStore } from "./file-store.ts";

export function listFiles(files: FileStore): StandardTool {
	return standardTool({
		id: "file_list",
		name: "List files",
		description:
			"Lists your own files in the order of their paths, all or those whose path begins with a prefix. Use it to find a file before reading it. Where `cursor` is not null, call again with it for the next page.",
		category: "file",
		writes: false,
		input: z.strictObject({
			prefix: z
				.string()
				.max(maxPathLength)
				.default("")
				.meta({ description: "Beginning of the paths; empty for all files.", examples: ["reports/"] }),
			limit: z
				.number()
				.int()
				.min(1)
				.max(500)
				.default(100)
				.meta({ description: "Files a page.", examples: [100] }),
			cursor: z
				.string()
				.max(maxPathLength)
				.default("")
				.meta({ description: "The `cursor` of the page before.", examples: ["reports/june.txt"] }),
		}),
		output: z.object({ files: z.array(fileInfo), cursor: z.string().nullable() }),
		examples: [
			{ title: "All files", input: {} },
			{ title: "One folder", input: { prefix: "reports/", limit: 20 } },
		],
		run: (input, { caller }) => files.list(caller.userId, input),
	});
}
