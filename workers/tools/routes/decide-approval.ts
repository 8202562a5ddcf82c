/** `POST /api/v1/tools/executions/{executionId}/approvals/{approvalId}`: allows or denies a call. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { DecideApproval } from "#run/decide-approval";
import { decideApproval } from "#tools/decide-approval";
import { executionOf } from "#tools/execution-view";
import { ToolExecution } from "#tools/schema";
import type { ToolsApp } from "./app.ts";
import { ApprovalParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/tools/executions/{executionId}/approvals/{approvalId}",
	policy: "run",
	tags: ["Executions"],
	summary: "Allow or deny a tool call",
	description:
		"A call of a tool that needs approval is `input_required`; its `approval` says what it waits for. It is decided " +
		"once. A call that is allowed is made; one that is denied has failed.",
	request: { params: ApprovalParams, body: jsonBody(DecideApproval) },
	responses: { 200: jsonAnswer("The execution as it is now.", ToolExecution) },
});

export function mountDecideApproval(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const { executionId, approvalId } = c.req.valid("param");
		const run = await decideApproval(c.var.context, executionId, approvalId, c.req.valid("json"));
		return c.json(executionOf(run), 200);
	});
}
