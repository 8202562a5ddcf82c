/** `GET /api/v1/documents/{documentId}/chunks`. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { listChunks } from "#rag/list-chunks";
import { Chunk } from "#rag/schema";
import type { RagApp } from "./app.ts";
import { DocumentParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/documents/{documentId}/chunks",
	policy: "read",
	tags: ["Documents"],
	summary: "List the chunks of a document",
	description: "In their order.",
	request: { params: DocumentParams, query: PageQuery },
	responses: {
		200: jsonAnswer("A page.", z.object({ chunks: z.array(Chunk), nextCursor: z.string().optional() })),
	},
});

export function mountListChunks(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { documentId } = c.req.valid("param");
		const { items, nextCursor } = await listChunks(c.var.context, documentId, pageRequest(c.req.valid("query")));
		return c.json({ chunks: items, nextCursor }, 200);
	});
}
