/** `GET /api/v1/tools/executions/{executionId}`: from the run itself, never behind. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import { executionOf } from "#tools/execution-view";
import { ToolExecution } from "#tools/schema";
import type { ToolsApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/tools/executions/{executionId}",
	policy: "read",
	tags: ["Executions"],
	summary: "Get a tool execution",
	request: { params: ExecutionParams },
	responses: { 200: jsonAnswer("The execution.", ToolExecution) },
});

export function mountGetExecution(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, home } = c.var.context;
		return c.json(executionOf(await home(homeOf(executionId)).find(caller, executionId)), 200);
	});
}
