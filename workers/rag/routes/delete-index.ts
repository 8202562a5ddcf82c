/** `DELETE /api/v1/indexes/{indexId}`. */
import { defineRoute } from "#http/route";
import { removeIndex } from "#rag/remove-index";
import type { RagApp } from "./app.ts";
import { IndexParams } from "./params.ts";

const route = defineRoute({
	method: "delete",
	path: "/api/v1/indexes/{indexId}",
	policy: "write",
	tags: ["Indexes"],
	summary: "Delete an index with its documents",
	request: { params: IndexParams },
	responses: { 204: { description: "It is gone, and so are its documents." } },
});

export function mountDeleteIndex(app: RagApp): void {
	app.openapi(route, async (c) => {
		await removeIndex(c.var.context, c.req.valid("param").indexId);
		return c.body(null, 204);
	});
}
