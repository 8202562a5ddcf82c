/** `POST /api/v1/workflows/execute`: runs a stored workflow, or a graph that comes along. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { parsePrefer } from "#http/prefer";
import { defineRoute } from "#http/route";
import { maxWaitMs } from "#run/max-wait";
import { executeWorkflow } from "#workflow-engine/execute-workflow";
import { WorkflowExecution } from "#workflow-engine/execution-schema";
import { ExecuteWorkflow } from "#workflow-engine/schema";
import type { WorkflowEngineApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/workflows/execute",
	policy: "run",
	tags: ["Workflow executions"],
	summary: "Run a workflow",
	description:
		"Runs the stored workflow `workflowId`, or the graph in `nodes` and `edges`. Answers 202 at once; with `Prefer: " +
		"wait=N` it waits for the end, N seconds at most. What was accepted is run to its end, whatever crashes. " +
		"`Idempotency-Key` makes it safe to send again.",
	request: { body: jsonBody(ExecuteWorkflow) },
	responses: {
		200: jsonAnswer("It has ended, or waits for somebody.", WorkflowExecution),
		202: jsonAnswer("Accepted; `Location` names the execution.", WorkflowExecution),
	},
});

export function mountExecuteWorkflow(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { respondAsync, waitMs = 0 } = parsePrefer(c.req.header("prefer"));
		const ms = respondAsync ? 0 : Math.min(waitMs, maxWaitMs);
		const { executionId, isSettled, json } = await executeWorkflow(c.var.context, c.req.valid("json"), ms);
		const isOpen = !isSettled || ms === 0;
		const location = `/api/v1/workflows/executions/${executionId}`;
		return c.body(json, isOpen ? 202 : 200, { "content-type": "application/json", location }) as never;
	});
}
