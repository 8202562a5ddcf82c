/** How documents are cut into the chunks that are embedded, searched and cited. */
import { z } from "zod";

export const ChunkingConfig = z
	.strictObject({
		strategy: z.enum(["structure", "tokens"]).default("structure").meta({
			description:
				"`structure` cuts between sections, paragraphs and sentences, and keeps tables and code whole; `tokens` cuts after every `size` tokens.",
		}),
		size: z.int().min(16).max(8192).default(256).meta({ description: "Tokens of a chunk at most, estimated." }),
		overlap: z.int().min(0).max(4096).default(32).meta({
			description: "Tokens of the chunk before that a chunk repeats at most, where a section had to be cut.",
		}),
		maxSize: z.int().min(16).max(16_384).optional().meta({
			description: "Up to this a table, a record or code is kept whole; twice the `size` if left out.",
		}),
		parentWindow: z.int().min(16).max(65_536).optional().meta({
			description: "Tokens of the larger part that a chunk belongs to, and that can be read instead of it.",
		}),
	})
	.refine(({ size, overlap }) => overlap <= size / 2, { path: ["overlap"], error: "At most half the size." })
	.refine(({ size, maxSize = size }) => maxSize >= size, { path: ["maxSize"], error: "At least the size." })
	.refine(({ size, maxSize = 2 * size, parentWindow = maxSize }) => parentWindow >= maxSize, {
		path: ["parentWindow"],
		error: "At least the largest chunk.",
	});

export type ChunkingConfig = z.infer<typeof ChunkingConfig>;
