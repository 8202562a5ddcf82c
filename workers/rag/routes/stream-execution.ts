/** `/api/v1/documents/executions/{executionId}/stream`: the processing of a document as SSE, or as a WebSocket by upgrade. */
import { eventStreamDescription, eventStreamRequest, eventStreamResponses } from "#http/event-stream";
import { defineRoute } from "#http/route";
import { openRunStream } from "#run/open-run-stream";
import { homeOf } from "#run/run-id";
import type { RagApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/documents/executions/{executionId}/stream",
	policy: "read",
	tags: ["Documents"],
	summary: "Stream the processing of a document",
	description: eventStreamDescription,
	request: { params: ExecutionParams, ...eventStreamRequest },
	responses: eventStreamResponses,
});

export function mountStreamExecution(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, ingestions } = c.var.context;
		return await openRunStream(ingestions(homeOf(executionId)), caller, executionId, c.req.raw);
	});
}
