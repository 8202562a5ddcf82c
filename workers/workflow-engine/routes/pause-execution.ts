/** `POST /api/v1/workflows/executions/{executionId}/pause`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import { WorkflowExecution } from "#workflow-engine/execution-schema";
import type { WorkflowEngineApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/workflows/executions/{executionId}/pause",
	policy: "run",
	tags: ["Workflow executions"],
	summary: "Pause an execution",
	description: "Nodes that work are finished, and no other begins; what falls due meanwhile waits, too.",
	request: { params: ExecutionParams },
	responses: { 200: jsonAnswer("The execution as it is now.", WorkflowExecution) },
});

export function mountPauseExecution(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, home } = c.var.context;
		return c.json(await home(homeOf(executionId)).pause(caller, executionId), 200);
	});
}
