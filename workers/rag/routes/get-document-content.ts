/** `GET /api/v1/documents/{documentId}/content`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { documentContent } from "#rag/document-content";
import { DocumentContent } from "#rag/schema";
import type { RagApp } from "./app.ts";
import { DocumentParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/documents/{documentId}/content",
	policy: "read",
	tags: ["Documents"],
	summary: "Get the text of a document",
	request: { params: DocumentParams },
	responses: { 200: jsonAnswer("Its text, into which citations point.", DocumentContent) },
});

export function mountGetDocumentContent(app: RagApp): void {
	app.openapi(route, async (c) => c.json(await documentContent(c.var.context, c.req.valid("param").documentId), 200));
}
