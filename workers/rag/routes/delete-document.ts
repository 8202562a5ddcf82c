/** `DELETE /api/v1/documents/{documentId}`. */
import { defineRoute } from "#http/route";
import { removeDocument } from "#rag/remove-document";
import type { RagApp } from "./app.ts";
import { DocumentParams } from "./params.ts";

const route = defineRoute({
	method: "delete",
	path: "/api/v1/documents/{documentId}",
	policy: "write",
	tags: ["Documents"],
	summary: "Delete a document",
	request: { params: DocumentParams },
	responses: { 204: { description: "It is gone, and nothing of it is found any more." } },
});

export function mountDeleteDocument(app: RagApp): void {
	app.openapi(route, async (c) => {
		await removeDocument(c.var.context, c.req.valid("param").documentId);
		return c.body(null, 204);
	});
}
