/** `GET /api/v1/tools/executions/{executionId}/result`: the whole result, also where it is too long for the execution. */
import { defineRoute } from "#http/route";
import { executionResult } from "#tools/execution-result";
import type { ToolsApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/tools/executions/{executionId}/result",
	policy: "read",
	tags: ["Executions"],
	summary: "Get the result of a tool execution",
	description: "409 where there is none (yet), 404 past its retention.",
	request: { params: ExecutionParams },
	responses: { 200: { description: "What the tool answered, as JSON." } },
});

export function mountGetExecutionResult(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const body = await executionResult(c.var.context, c.req.valid("param").executionId);
		return new Response(body, {
			headers: { "content-type": "application/json", "x-content-type-options": "nosniff" },
		});
	});
}
