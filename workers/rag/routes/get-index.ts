/** `GET /api/v1/indexes/{indexId}`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { indexView } from "#rag/index-view";
import { RagIndex } from "#rag/schema";
import { getListedIndex } from "#rag/store";
import type { RagApp } from "./app.ts";
import { IndexParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/indexes/{indexId}",
	policy: "read",
	tags: ["Indexes"],
	summary: "Get an index",
	request: { params: IndexParams },
	responses: { 200: jsonAnswer("The index.", RagIndex) },
});

export function mountGetIndex(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { indexId } = c.req.valid("param");
		return c.json(indexView(await getListedIndex(c.var.context, indexId)), 200);
	});
}
