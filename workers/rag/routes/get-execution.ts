/** `GET /api/v1/documents/executions/{executionId}`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import { ingestionView } from "#rag/ingestion-view";
import { Ingestion } from "#rag/schema";
import type { RagApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/documents/executions/{executionId}",
	policy: "read",
	tags: ["Documents"],
	summary: "How the processing of a document stands",
	request: { params: ExecutionParams },
	responses: { 200: jsonAnswer("The processing.", Ingestion) },
});

export function mountGetExecution(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, ingestions } = c.var.context;
		return c.json(ingestionView(await ingestions(homeOf(executionId)).find(caller, executionId)), 200);
	});
}
