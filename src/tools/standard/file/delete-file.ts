/** `file_delete`: removes a file of the caller. */
import { z } from "zod";
import { type StandardTool, standardTool } from "#tools/standard/standard-tool";
import { path } from "./file-fields.ts";
import type { FileStore } from "./file-store.ts";

export function deleteFile(files: FileStore): StandardTool {
	return standardTool({
		id: "file_delete",
		name: "Delete a file",
		description: "Removes one of your own files for good. Deleting a file that is not there is no error.",
		category: "file",
		writes: true,
		input: z.strictObject({ path }),
		output: z.object({
			path: z.string(),
			deleted: z.boolean().meta({ description: "False where there was no such file." }),
		}),
		examples: [{ title: "Delete a note", input: { path: "notes/todo.md" } }],
		async run({ path }, { caller }) {
			return { path, deleted: await files.delete(caller.userId, path) };
		},
	});
}
