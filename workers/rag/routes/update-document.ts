/** `PATCH /api/v1/documents/{documentId}`. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { documentView } from "#rag/document-view";
import { RagDocument, UpdateDocument } from "#rag/schema";
import { updateDocument } from "#rag/update-document";
import type { RagApp } from "./app.ts";
import { DocumentParams } from "./params.ts";

const route = defineRoute({
	method: "patch",
	path: "/api/v1/documents/{documentId}",
	policy: "write",
	tags: ["Documents"],
	summary: "Change a document's metadata or title",
	request: { params: DocumentParams, body: jsonBody(UpdateDocument) },
	responses: { 200: jsonAnswer("The document as it is now.", RagDocument) },
});

export function mountUpdateDocument(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { documentId } = c.req.valid("param");
		return c.json(documentView(await updateDocument(c.var.context, documentId, c.req.valid("json"))), 200);
	});
}
