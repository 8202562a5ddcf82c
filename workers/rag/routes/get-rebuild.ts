/** `GET /api/v1/indexes/executions/{executionId}`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import { rebuildView } from "#rag/rebuild-view";
import { IndexRebuild } from "#rag/schema";
import type { RagApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/indexes/executions/{executionId}",
	policy: "read",
	tags: ["Indexes"],
	summary: "How the rebuilding of an index stands",
	request: { params: ExecutionParams },
	responses: { 200: jsonAnswer("The rebuilding.", IndexRebuild) },
});

export function mountGetRebuild(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, rebuilds } = c.var.context;
		return c.json(rebuildView(await rebuilds(homeOf(executionId)).find(caller, executionId)), 200);
	});
}
