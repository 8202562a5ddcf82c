/** `POST /api/v1/agents/executions/{executionId}/approvals/{approvalId}`: allows or denies a tool call. */
import { executionOf } from "#agents/execution-view";
import { Execution } from "#agents/schema";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { DecideApproval } from "#run/decide-approval";
import { homeOf } from "#run/run-id";
import type { AgentsApp } from "./app.ts";
import { ApprovalParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/agents/executions/{executionId}/approvals/{approvalId}",
	policy: "run",
	tags: ["Executions"],
	summary: "Allow or deny a tool call",
	description:
		"An execution whose agent calls a tool that needs approval is `input_required`; its `approvals` say what it waits " +
		"for. Each is decided once. The execution goes on when all of them are.",
	request: { params: ApprovalParams, body: jsonBody(DecideApproval) },
	responses: { 200: jsonAnswer("The execution as it is now.", Execution) },
});

export function mountDecideApproval(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { executionId, approvalId } = c.req.valid("param");
		const { caller, home } = c.var.context;
		const run = await home(homeOf(executionId)).decide(caller, executionId, approvalId, c.req.valid("json"));
		return c.json(executionOf(run), 200);
	});
}
