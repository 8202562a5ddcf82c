/** `id_generate`: identifiers that nobody else has. */
import { z } from "zod";
import { newId } from "#core/ids";
import { standardTool } from "#tools/standard/standard-tool";

export const generateId = standardTool({
	id: "id_generate",
	name: "Generate id",
	description:
		"Makes new unguessable identifiers: UUIDs (version 4), or with a prefix ids like `inv_7Kx…`. Use it instead of making " +
		"one up.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		prefix: z
			.string()
			.regex(/^[a-z][a-z0-9]{0,19}$/, "Up to 20 small letters and digits, beginning with a letter.")
			.optional()
			.meta({ description: "What kind of thing the id names; without it UUIDs are made.", examples: ["inv", "order"] }),
		count: z
			.int()
			.min(1)
			.max(100)
			.default(1)
			.meta({ description: "How many.", examples: [1, 5] }),
	}),
	output: z.object({ ids: z.array(z.string()) }),
	examples: [
		{ title: "A UUID", input: {} },
		{ title: "Three invoice ids", input: { prefix: "inv", count: 3 } },
	],
	run({ prefix, count }) {
		return { ids: Array.from({ length: count }, () => (prefix ? newId(prefix) : crypto.randomUUID())) };
	},
});
