/** The fields that the file tools share. */
import { z } from "zod";
import { maxPathLength } from "./file-path.ts";

export const path = z
	.string()
	.min(1)
	.max(maxPathLength)
	.meta({
		description: "Relative path of the file; folders need not exist. No `..`, no leading slash.",
		examples: ["reports/june.txt", "notes.md"],
	});

export const fileInfo = z.object({
	path: z.string(),
	size: z.number().int().meta({ description: "Bytes." }),
	contentType: z.string(),
	modifiedAt: z.iso.datetime(),
	etag: z.string().meta({ description: "Changes with the content." }),
});
