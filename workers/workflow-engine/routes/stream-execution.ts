/** `/api/v1/workflows/executions/{executionId}/stream`: the log of an execution as SSE, or as a WebSocket by upgrade. */
import { eventStreamDescription, eventStreamRequest, eventStreamResponses } from "#http/event-stream";
import { defineRoute } from "#http/route";
import { openRunStream } from "#run/open-run-stream";
import { homeOf } from "#run/run-id";
import type { WorkflowEngineApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/workflows/executions/{executionId}/stream",
	policy: "read",
	tags: ["Workflow executions"],
	summary: "Stream the events of an execution",
	description: eventStreamDescription,
	request: { params: ExecutionParams, ...eventStreamRequest },
	responses: eventStreamResponses,
});

export function mountStreamExecution(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, home } = c.var.context;
		return await openRunStream(home(homeOf(executionId)), caller, executionId, c.req.raw);
	});
}
