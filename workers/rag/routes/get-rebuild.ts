/** `GET /api/v1/indexes/rebuilds/{rebuildId}`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import { rebuildView } from "#rag/rebuild-view";
import { IndexRebuild } from "#rag/schema";
import type { RagApp } from "./app.ts";
import { RebuildParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/indexes/rebuilds/{rebuildId}",
	policy: "read",
	tags: ["Indexes"],
	summary: "How the rebuilding of an index stands",
	request: { params: RebuildParams },
	responses: { 200: jsonAnswer("The rebuilding.", IndexRebuild) },
});

export function mountGetRebuild(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { rebuildId } = c.req.valid("param");
		const { caller, rebuilds } = c.var.context;
		return c.json(rebuildView(await rebuilds(homeOf(rebuildId)).find(caller, rebuildId)), 200);
	});
}
