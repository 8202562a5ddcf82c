/** `POST /api/v1/workflows/executions/{executionId}/events`: what a `wait` node waits for. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import { SendEvent, WorkflowExecution } from "#workflow-engine/execution-schema";
import type { WorkflowEngineApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/workflows/executions/{executionId}/events",
	policy: "run",
	tags: ["Workflow executions"],
	summary: "Send an event to an execution",
	description:
		"Nodes that wait for an event of the name go on with its data; without one, the first that will wait takes it.",
	request: { params: ExecutionParams, body: jsonBody(SendEvent) },
	responses: { 200: jsonAnswer("The execution as it is now.", WorkflowExecution) },
});

export function mountSendEvent(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, home } = c.var.context;
		return c.json(await home(homeOf(executionId)).sendEvent(caller, executionId, c.req.valid("json")), 200);
	});
}
