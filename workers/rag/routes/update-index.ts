/** `PATCH /api/v1/indexes/{indexId}`. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { RagIndex, UpdateIndex } from "#rag/schema";
import { updateIndex } from "#rag/update-index";
import type { RagApp } from "./app.ts";
import { IndexParams } from "./params.ts";

const route = defineRoute({
	method: "patch",
	path: "/api/v1/indexes/{indexId}",
	policy: "write",
	tags: ["Indexes"],
	summary: "Change an index",
	request: { params: IndexParams, body: jsonBody(UpdateIndex) },
	responses: { 200: jsonAnswer("The index as it is now.", RagIndex) },
});

export function mountUpdateIndex(app: RagApp): void {
	app.openapi(route, async (c) =>
		c.json(await updateIndex(c.var.context, c.req.valid("param").indexId, c.req.valid("json")), 200),
	);
}
