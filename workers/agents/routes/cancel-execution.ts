/** `POST /api/v1/agents/executions/{executionId}/cancel`. */
import { executionOf } from "#agents/execution-view";
import { Execution } from "#agents/schema";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import type { AgentsApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/agents/executions/{executionId}/cancel",
	policy: "run",
	tags: ["Executions"],
	summary: "Cancel an execution",
	description: "Cancelling what has ended changes nothing. The call to the model's provider is closed.",
	request: { params: ExecutionParams },
	responses: { 200: jsonAnswer("The execution as it is now.", Execution) },
});

export function mountCancelExecution(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, home } = c.var.context;
		const run = await home(homeOf(executionId)).cancel(caller, executionId);
		return c.json(executionOf(run), 200);
	});
}
