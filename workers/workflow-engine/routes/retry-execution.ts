/** `POST /api/v1/workflows/executions/{executionId}/retry`: a new execution that takes over results of this one. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { GoOnFrom, WorkflowExecution } from "#workflow-engine/execution-schema";
import { goOnFrom } from "#workflow-engine/go-on-from";
import type { WorkflowEngineApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/workflows/executions/{executionId}/retry",
	policy: "run",
	tags: ["Workflow executions"],
	summary: "Try a failed execution again",
	description:
		"A new execution with the recorded results of this one, which has failed or was cancelled: the nodes without a result run, or `node` and what comes after it.",
	request: { params: ExecutionParams, body: jsonBody(GoOnFrom) },
	responses: { 202: jsonAnswer("The new execution; `Location` names it.", WorkflowExecution) },
});

export function mountRetryExecution(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const execution = await goOnFrom(c.var.context, executionId, "retry", c.req.valid("json"));
		return c.json(execution, 202, { location: `/api/v1/workflows/executions/${execution.executionId}` });
	});
}
