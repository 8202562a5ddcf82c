/** `POST /api/v1/documents/executions/{executionId}/cancel`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import { ingestionView } from "#rag/ingestion-view";
import { Ingestion } from "#rag/schema";
import type { RagApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/documents/executions/{executionId}/cancel",
	policy: "write",
	tags: ["Documents"],
	summary: "Stop the processing of a document",
	description:
		"The document is `failed` with `cancelled`, and what this processing has written of it is taken out again; what was found of it before stays. Cancelling what has ended changes nothing.",
	request: { params: ExecutionParams },
	responses: { 200: jsonAnswer("The processing as it is now.", Ingestion) },
});

export function mountCancelExecution(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, ingestions } = c.var.context;
		return c.json(ingestionView(await ingestions(homeOf(executionId)).cancel(caller, executionId)), 200);
	});
}
