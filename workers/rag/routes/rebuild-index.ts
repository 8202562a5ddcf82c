/** `POST /api/v1/indexes/{indexId}/rebuild`. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { isTerminal } from "#run/run";
import { homeOf } from "#run/run-id";
import { rebuildIndex } from "#rag/rebuild-index";
import { rebuildView } from "#rag/rebuild-view";
import { IndexRebuild, RebuildIndex } from "#rag/schema";
import type { RagApp } from "./app.ts";
import { IndexParams } from "./params.ts";
import { waitMsOf } from "./wait-ms-of.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/indexes/{indexId}/rebuild",
	policy: "write",
	tags: ["Indexes"],
	summary: "Rebuild an index with another embedding model",
	description:
		"All chunks get vectors of the new model, beside the old ones, by which the index is searched until the new ones are complete. Documents can be added, changed and deleted meanwhile. What fails or is cancelled leaves the index as it was.",
	request: { params: IndexParams, body: jsonBody(RebuildIndex) },
	responses: {
		200: jsonAnswer("Rebuilt, or not.", IndexRebuild),
		202: jsonAnswer("Begun.", IndexRebuild),
	},
});

export function mountRebuildIndex(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { context } = c.var;
		const { id } = await rebuildIndex(context, c.req.valid("param").indexId, c.req.valid("json"));
		const run = await context.rebuilds(homeOf(id)).settled(context.caller, id, waitMsOf(c.req.header("prefer")));
		return c.json(rebuildView(run), isTerminal(run.status) ? 200 : 202, {
			location: `/api/v1/indexes/rebuilds/${id}`,
		});
	});
}
