/** An index of documents as a tool: a model asks it for passages, and cites them. */
import { z } from "zod";
import { type JsonSchema, schemaErrors } from "#core/json-schema";
import type { IndexDescription, RagClient } from "#rag/client";
import type { CallableTool } from "#tools/callable-tool";
import { defaultTimeoutMs } from "#tools/schema";

const mostPassages = 20;

const Input = z.object({
	query: z.string().min(1).max(4_000).meta({ description: "What is looked for, in words or as a question." }),
	limit: z.number().int().min(1).max(mostPassages).default(5).meta({ description: "Passages at most." }),
	filter: z.looseObject({}).optional().meta({ description: "Conditions on the metadata, as searches take them." }),
	rerank: z.looseObject({}).optional().meta({
		description: 'Orders the passages anew: {} without a model, or {"model": "cohere/rerank-v3.5"}.',
	}),
});

const Output = z.object({
	passages: z.array(
		z.object({
			text: z.string(),
			source: z.string().meta({ description: "The document, with the page where it has pages." }),
			title: z.string(),
			url: z.string(),
			page: z.number().int().optional().meta({ description: "On which it begins." }),
			pageEnd: z.number().int().optional().meta({ description: "On which it ends." }),
			start: z.number().int(),
			end: z.number().int(),
			documentId: z.string(),
			score: z.number(),
		}),
	),
});

const inputSchema = z.toJSONSchema(Input, { target: "draft-2020-12", io: "input" }) as JsonSchema;
const outputSchema = z.toJSONSchema(Output, { target: "draft-2020-12" }) as JsonSchema;

/** The ids of indexes, and of no other tool. */
export function isIndexId(id: string): boolean {
	return id.startsWith("idx_");
}

export function ragCallable(index: IndexDescription, rag: RagClient): CallableTool {
	const { id, name, description } = index;
	return {
		...{ id, name: toolName(index), type: "rag", version: "1.0.0", inputSchema, outputSchema },
		description: `Finds passages in the documents of "${name}"${description ? `: ${description}` : "."}`,
		...{ writes: false, requiresApproval: false, timeoutMs: defaultTimeoutMs },
		inputErrors: (input) => schemaErrors(inputSchema, input, "/parameters"),
		async run(input, { caller }) {
			const query = Input.parse(input);
			return { value: { passages: await rag.search(caller, { ...query, indexIds: [id] }) } };
		},
	};
}

/** As models know it. */
function toolName({ id, name }: Pick<IndexDescription, "id" | "name">): string {
	const words = name
		.toLowerCase()
		.match(/[a-z0-9]+/g)
		?.join("_")
		.slice(0, 40);
	return `search_${words ?? id.toLowerCase()}`;
}
