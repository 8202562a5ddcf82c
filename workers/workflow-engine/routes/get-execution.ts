/** `GET /api/v1/workflows/executions/{executionId}`: from the run itself, never behind. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import { WorkflowExecution } from "#workflow-engine/execution-schema";
import type { WorkflowEngineApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/workflows/executions/{executionId}",
	policy: "read",
	tags: ["Workflow executions"],
	summary: "Get an execution",
	request: { params: ExecutionParams },
	responses: { 200: jsonAnswer("The execution.", WorkflowExecution) },
});

export function mountGetExecution(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, home } = c.var.context;
		return c.json(await home(homeOf(executionId)).state(caller, executionId), 200);
	});
}
