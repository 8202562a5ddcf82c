/** `GET /api/v1/workflows/{workflowId}/graph`: what the workflow consists of, as JSON or as a flowchart. */
import { defineRoute } from "#http/route";
import { getWorkflow } from "#workflow-engine/store";
import type { WorkflowEngineApp } from "./app.ts";
import { graphAnswer, graphDescription, GraphQuery, graphResponses } from "./graph-answer.ts";
import { WorkflowParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/workflows/{workflowId}/graph",
	policy: "read",
	tags: ["Workflows"],
	summary: "Draw the graph of a workflow",
	description: graphDescription,
	request: { params: WorkflowParams, query: GraphQuery },
	responses: graphResponses,
});

export function mountGetWorkflowGraph(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { definition } = await getWorkflow(c.var.context, c.req.valid("param").workflowId);
		return graphAnswer(c, c.req.valid("query"), definition);
	});
}
