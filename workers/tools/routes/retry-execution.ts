/** `POST /api/v1/tools/executions/{executionId}/retry`: tries a dead letter again. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { executionOf } from "#tools/execution-view";
import { retryExecution } from "#tools/retry-execution";
import { ToolExecution } from "#tools/schema";
import type { ToolsApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/tools/executions/{executionId}/retry",
	policy: "run",
	tags: ["Executions"],
	summary: "Try a failed tool execution again",
	description:
		"For dead letters: executions that failed for a reason that may pass. The call is made under the same idempotency " +
		"key as before, as a new execution; each dead letter has one.",
	request: { params: ExecutionParams },
	responses: { 202: jsonAnswer("The new execution; `Location` names it.", ToolExecution) },
});

export function mountRetryExecution(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const run = await retryExecution(c.var.context, c.req.valid("param").executionId);
		return c.json(executionOf(run), 202, { location: `/api/v1/tools/executions/${run.id}` });
	});
}
