/** `GET /api/v1/indexes/{indexId}/stats`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { indexStats } from "#rag/index-stats";
import { IndexStats } from "#rag/schema";
import type { RagApp } from "./app.ts";
import { IndexParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/indexes/{indexId}/stats",
	policy: "read",
	tags: ["Indexes"],
	summary: "How much an index holds",
	request: { params: IndexParams },
	responses: { 200: jsonAnswer("Its figures.", IndexStats) },
});

export function mountGetIndexStats(app: RagApp): void {
	app.openapi(route, async (c) => c.json(await indexStats(c.var.context, c.req.valid("param").indexId), 200));
}
