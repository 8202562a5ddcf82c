/** `GET /api/v1/documents/{documentId}`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { documentView } from "#rag/document-view";
import { RagDocument } from "#rag/schema";
import { getDocument } from "#rag/store";
import type { RagApp } from "./app.ts";
import { DocumentParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/documents/{documentId}",
	policy: "read",
	tags: ["Documents"],
	summary: "Get a document",
	request: { params: DocumentParams },
	responses: { 200: jsonAnswer("The document.", RagDocument) },
});

export function mountGetDocument(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { documentId } = c.req.valid("param");
		return c.json(documentView(await getDocument(c.var.context, documentId)), 200);
	});
}
