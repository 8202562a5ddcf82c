/** `POST /api/v1/workflows/executions/{executionId}/fork`: a new execution that takes over results of this one. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { GoOnFrom, WorkflowExecution } from "#workflow-engine/execution-schema";
import { goOnFrom } from "#workflow-engine/go-on-from";
import type { WorkflowEngineApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/workflows/executions/{executionId}/fork",
	policy: "run",
	tags: ["Workflow executions"],
	summary: "Fork an execution",
	description:
		"A new execution with the recorded results of this one: `node` and what comes after it run, with other `variables` or another `input` where these are given.",
	request: { params: ExecutionParams, body: jsonBody(GoOnFrom) },
	responses: { 202: jsonAnswer("The new execution; `Location` names it.", WorkflowExecution) },
});

export function mountForkExecution(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const execution = await goOnFrom(c.var.context, executionId, "fork", c.req.valid("json"));
		return c.json(execution, 202, { location: `/api/v1/workflows/executions/${execution.executionId}` });
	});
}
