/** `GET /api/v1/indexes`. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { indexView } from "#rag/index-view";
import { RagIndex } from "#rag/schema";
import { listIndexes } from "#rag/store";
import type { RagApp } from "./app.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/indexes",
	policy: "read",
	tags: ["Indexes"],
	summary: "List indexes",
	description: "Your own and shared ones, newest first.",
	request: { query: PageQuery },
	responses: {
		200: jsonAnswer("A page.", z.object({ indexes: z.array(RagIndex), nextCursor: z.string().optional() })),
	},
});

export function mountListIndexes(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { items, nextCursor } = await listIndexes(c.var.context, pageRequest(c.req.valid("query")));
		return c.json({ indexes: items.map(indexView), nextCursor }, 200);
	});
}
