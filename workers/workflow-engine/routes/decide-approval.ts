/** `POST /api/v1/workflows/executions/{executionId}/approvals/{approvalId}`: what a person decides. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { DecideApproval } from "#run/decide-approval";
import { homeOf } from "#run/run-id";
import { WorkflowExecution } from "#workflow-engine/execution-schema";
import type { WorkflowEngineApp } from "./app.ts";
import { ApprovalParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/workflows/executions/{executionId}/approvals/{approvalId}",
	policy: "run",
	tags: ["Workflow executions"],
	summary: "Approve or deny what an execution waits for",
	description:
		"`approvals` of an execution are what its `approval` nodes wait for, and the calls that its agents and its own " +
		"workflows may not make without a person. Each is decided once.",
	request: { params: ApprovalParams, body: jsonBody(DecideApproval) },
	responses: { 200: jsonAnswer("The execution as it is now.", WorkflowExecution) },
});

export function mountDecideApproval(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { executionId, approvalId } = c.req.valid("param");
		const { caller, home } = c.var.context;
		return c.json(await home(homeOf(executionId)).decide(caller, executionId, approvalId, c.req.valid("json")), 200);
	});
}
