/** `POST /api/v1/indexes/rebuilds/{rebuildId}/cancel`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import { rebuildView } from "#rag/rebuild-view";
import { IndexRebuild } from "#rag/schema";
import type { RagApp } from "./app.ts";
import { RebuildParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/indexes/rebuilds/{rebuildId}/cancel",
	policy: "write",
	tags: ["Indexes"],
	summary: "Stop the rebuilding of an index",
	description: "The index stays as it is. Cancelling what has ended changes nothing.",
	request: { params: RebuildParams },
	responses: { 200: jsonAnswer("The rebuilding as it is now.", IndexRebuild) },
});

export function mountCancelRebuild(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { rebuildId } = c.req.valid("param");
		const { caller, rebuilds } = c.var.context;
		return c.json(rebuildView(await rebuilds(homeOf(rebuildId)).cancel(caller, rebuildId)), 200);
	});
}
