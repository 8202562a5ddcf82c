/** `GET /api/v1/workflows/executions/{executionId}/graph`: the graph with the states of its nodes. */
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import type { WorkflowEngineApp } from "./app.ts";
import { graphAnswer, graphDescription, GraphQuery, graphResponses } from "./graph-answer.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/workflows/executions/{executionId}/graph",
	policy: "read",
	tags: ["Workflow executions"],
	summary: "Draw the graph of an execution",
	description: graphDescription,
	request: { params: ExecutionParams, query: GraphQuery },
	responses: graphResponses,
});

export function mountGetExecutionGraph(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, home } = c.var.context;
		const { definition, nodeStates } = await home(homeOf(executionId)).graph(caller, executionId);
		return graphAnswer(c, c.req.valid("query"), definition, nodeStates);
	});
}
