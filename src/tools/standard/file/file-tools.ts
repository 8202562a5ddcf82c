/** The tools of the category `file`. */
import type { StandardTool } from "#tools/standard/standard-tool";
import { deleteFile } from "./delete-file.ts";
import { describeFile } from "./describe-file.ts";
import type { FileStore } from "./file-store.ts";
import { listFiles } from "./list-files.ts";
import { readFile } from "./read-file.ts";
import { writeFile } from "./write-file.ts";

export function fileTools(files: FileStore): StandardTool[] {
	return [writeFile(files), readFile(files), listFiles(files), deleteFile(files), describeFile(files)];
}
