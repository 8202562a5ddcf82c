/** `POST /api/v1/workflows/executions/{executionId}/cancel`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import { WorkflowExecution } from "#workflow-engine/execution-schema";
import type { WorkflowEngineApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/workflows/executions/{executionId}/cancel",
	policy: "run",
	tags: ["Workflow executions"],
	summary: "Cancel an execution",
	description:
		"Agents, sub-workflows and requests that work for it are stopped, and the result of a tool is waited for no more. What nodes have done is undone by their `compensation`, once a tool or request that has one is finished; until then the execution is not `cancelled` yet. Cancelling what has ended changes nothing.",
	request: { params: ExecutionParams },
	responses: { 200: jsonAnswer("The execution as it is now.", WorkflowExecution) },
});

export function mountCancelExecution(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, home } = c.var.context;
		return c.json(await home(homeOf(executionId)).cancelled(caller, executionId), 200);
	});
}
