/** `GET /api/v1/documents/{documentId}/original`. */
import { AppError } from "#core/errors";
import { defineRoute } from "#http/route";
import { getDocument } from "#rag/store";
import type { RagApp } from "./app.ts";
import { DocumentParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/documents/{documentId}/original",
	policy: "read",
	tags: ["Documents"],
	summary: "Download a document as it came",
	request: { params: DocumentParams },
	responses: {
		200: {
			description: "Its bytes.",
			content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
		},
	},
});

export function mountGetDocumentOriginal(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { context } = c.var;
		const { id, originalName } = await getDocument(context, c.req.valid("param").documentId);
		const original = await context.files.original(id);
		if (!original) throw new AppError("not_found", "The document was not fetched yet.");
		// Never shown by a browser: what is in it is somebody else's.
		return c.body(original.body, 200, {
			"content-type": "application/octet-stream",
			"content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(originalName)}`,
			"x-content-type-options": "nosniff",
		}) as never;
	});
}
