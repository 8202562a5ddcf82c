/** A graph as JSON, or as a Mermaid flowchart. */
import type { Context } from "hono";
import { z } from "zod";
import { NodeState } from "#workflow-engine/execution-schema";
import { mermaidOf } from "#workflow-engine/mermaid";
import { Definition } from "#workflow-engine/schema";

const mermaidType = "text/vnd.mermaid";

const Drawn = Definition.pick({ nodes: true, edges: true })
	.extend({
		nodeStates: z.record(z.string(), NodeState).optional().meta({ description: "Of an execution." }),
		mermaid: z.string(),
	})
	.meta({ id: "WorkflowGraph" });

export const graphDescription = `\`Accept: ${mermaidType}\` or \`format=mermaid\` answers with the text of the flowchart alone.`;
export const GraphQuery = z.object({ format: z.enum(["json", "mermaid"]).optional() });
export const graphResponses = {
	200: {
		description: "The graph.",
		content: { "application/json": { schema: Drawn }, [mermaidType]: { schema: { type: "string" } } },
	},
} as const;

export function graphAnswer(
	c: Context,
	{ format }: z.infer<typeof GraphQuery>,
	definition: Definition,
	nodeStates?: Record<string, NodeState>,
) {
	const mermaid = mermaidOf(definition, nodeStates);
	const wanted = format ?? (c.req.header("accept")?.includes(mermaidType) ? "mermaid" : "json");
	if (wanted === "mermaid") return c.body(mermaid, 200, { "content-type": `${mermaidType}; charset=utf-8` }) as never;
	const { nodes, edges } = definition;
	return c.json({ nodes, edges, ...(nodeStates && { nodeStates }), mermaid }, 200);
}
