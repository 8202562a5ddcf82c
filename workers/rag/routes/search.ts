/** `POST /api/v1/search`. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { search } from "#rag/search";
import { SearchAnswer, SearchRequest } from "#rag/search-schema";
import type { RagApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/search",
	policy: "run",
	tags: ["Search"],
	summary: "Find passages",
	description: "Only what you may see is looked at.",
	request: { body: jsonBody(SearchRequest) },
	responses: { 200: jsonAnswer("The best first.", SearchAnswer) },
});

export function mountSearch(app: RagApp): void {
	app.openapi(route, async (c) => {
		const startedAt = Date.now();
		const results = await search(c.var.context, c.req.valid("json"));
		return c.json({ results, took: Date.now() - startedAt }, 200);
	});
}
