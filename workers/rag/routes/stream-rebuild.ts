/** `/api/v1/indexes/rebuilds/{rebuildId}/stream`: the rebuilding of an index as SSE, or as a WebSocket by upgrade. */
import { eventStreamDescription, eventStreamRequest, eventStreamResponses } from "#http/event-stream";
import { defineRoute } from "#http/route";
import { openRunStream } from "#run/open-run-stream";
import { homeOf } from "#run/run-id";
import type { RagApp } from "./app.ts";
import { RebuildParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/indexes/rebuilds/{rebuildId}/stream",
	policy: "read",
	tags: ["Indexes"],
	summary: "Stream the rebuilding of an index",
	description: eventStreamDescription,
	request: { params: RebuildParams, ...eventStreamRequest },
	responses: eventStreamResponses,
});

export function mountStreamRebuild(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { rebuildId } = c.req.valid("param");
		const { caller, rebuilds } = c.var.context;
		return await openRunStream(rebuilds(homeOf(rebuildId)), caller, rebuildId, c.req.raw);
	});
}
