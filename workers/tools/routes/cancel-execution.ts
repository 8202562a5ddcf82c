/** `POST /api/v1/tools/executions/{executionId}/cancel`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import { executionOf } from "#tools/execution-view";
import { ToolExecution } from "#tools/schema";
import type { ToolsApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/tools/executions/{executionId}/cancel",
	policy: "run",
	tags: ["Executions"],
	summary: "Cancel a tool execution",
	description: "Cancelling what has ended changes nothing.",
	request: { params: ExecutionParams },
	responses: { 200: jsonAnswer("The execution as it is now.", ToolExecution) },
});

export function mountCancelExecution(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, home } = c.var.context;
		return c.json(executionOf(await home(homeOf(executionId)).cancel(caller, executionId)), 200);
	});
}
