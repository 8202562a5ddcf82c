/** `POST /api/v1/documents/{documentId}/reindex`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { documentView } from "#rag/document-view";
import { reindexDocument } from "#rag/reindex-document";
import { RagDocument } from "#rag/schema";
import type { RagApp } from "./app.ts";
import { DocumentParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/documents/{documentId}/reindex",
	policy: "write",
	tags: ["Documents"],
	summary: "Process a document once more",
	description: "After a failure, or as its index cuts documents now. Until it is done the document is found as it was.",
	request: { params: DocumentParams },
	responses: { 202: jsonAnswer("The document; `executionId` names the processing.", RagDocument) },
});

export function mountReindexDocument(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { documentId } = c.req.valid("param");
		return c.json(documentView(await reindexDocument(c.var.context, documentId)), 202);
	});
}
