/** `GET /api/v1/documents/{documentId}/chunks`. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { listChunks } from "#rag/list-chunks";
import { Chunk } from "#rag/schema";
import type { RagApp } from "./app.ts";
import { DocumentParams } from "./params.ts";

const Query = z.object({
	limit: z.coerce.number().int().min(1).max(100).default(20),
	offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

const route = defineRoute({
	method: "get",
	path: "/api/v1/documents/{documentId}/chunks",
	policy: "read",
	tags: ["Documents"],
	summary: "List the chunks of a document",
	request: { params: DocumentParams, query: Query },
	responses: {
		200: jsonAnswer(
			"Some of them, in their order.",
			z.object({ chunks: z.array(Chunk), nextOffset: z.number().optional() }),
		),
	},
});

export function mountListChunks(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { limit, offset } = c.req.valid("query");
		return c.json(await listChunks(c.var.context, c.req.valid("param").documentId, offset, limit), 200);
	});
}
