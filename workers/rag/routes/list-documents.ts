/** `GET /api/v1/documents`. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { documentView } from "#rag/document-view";
import { documentStatuses, RagDocument } from "#rag/schema";
import { listDocuments } from "#rag/store";
import type { RagApp } from "./app.ts";

const Query = PageQuery.extend({
	indexId: z.string().max(200).optional(),
	status: z.enum(documentStatuses).optional(),
	name: z.string().max(200).optional().meta({ description: "Part of the name, in any case." }),
});

const route = defineRoute({
	method: "get",
	path: "/api/v1/documents",
	policy: "read",
	tags: ["Documents"],
	summary: "List documents",
	description: "Of all indexes that you may search, newest first.",
	request: { query: Query },
	responses: {
		200: jsonAnswer("A page.", z.object({ documents: z.array(RagDocument), nextCursor: z.string().optional() })),
	},
});

export function mountListDocuments(app: RagApp): void {
	app.openapi(route, async (c) => {
		const query = c.req.valid("query");
		const { items, nextCursor } = await listDocuments(c.var.context, pageRequest(query), query);
		return c.json({ documents: items.map(documentView), nextCursor }, 200);
	});
}
