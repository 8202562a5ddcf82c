/** `POST /api/v1/documents/{documentId}/reindex`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { reindexDocument } from "#rag/reindex-document";
import { RagDocument, ReindexDocument } from "#rag/schema";
import { settledDocument } from "#rag/settled-document";
import type { RagApp } from "./app.ts";
import { DocumentParams } from "./params.ts";
import { waitMsOf } from "./wait-ms-of.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/documents/{documentId}/reindex",
	policy: "write",
	tags: ["Documents"],
	summary: "Process a document once more",
	description:
		"After a failure, or as its index cuts documents now. Until it is done the document is found as it was, with new chunks beside the old ones while they are written. A protected document needs its `password` each time.",
	request: { params: DocumentParams, body: { content: { "application/json": { schema: ReindexDocument } } } },
	responses: {
		200: jsonAnswer("Processed; it may have failed.", RagDocument),
		202: jsonAnswer("The document; `executionId` names the processing.", RagDocument),
	},
});

export function mountReindexDocument(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { documentId } = c.req.valid("param");
		const { context } = c.var;
		const { password } = c.req.valid("json");
		const begun = await reindexDocument(context, documentId, password);
		const document = await settledDocument(context, begun, waitMsOf(c.req.header("prefer")));
		return c.json(document, document.status === "processing" ? 202 : 200, {
			location: `/api/v1/documents/${documentId}`,
		});
	});
}
