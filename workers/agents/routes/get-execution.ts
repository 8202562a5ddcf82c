/** `GET /api/v1/agents/executions/{executionId}`: from the run itself, never behind. */
import { executionOf } from "#agents/execution-view";
import { Execution } from "#agents/schema";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import type { AgentsApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/executions/{executionId}",
	policy: "read",
	tags: ["Executions"],
	summary: "Get an execution",
	request: { params: ExecutionParams },
	responses: { 200: jsonAnswer("The execution.", Execution) },
});

export function mountGetExecution(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, home } = c.var.context;
		const run = await home(homeOf(executionId)).find(caller, executionId);
		return c.json(executionOf(run), 200);
	});
}
