/** `POST /api/v1/documents`: a document as text, or from an address. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { addDocument } from "#rag/add-document";
import { AddDocument, RagDocument } from "#rag/schema";
import { settledDocument } from "#rag/settled-document";
import type { RagApp } from "./app.ts";
import { waitMsOf } from "./wait-ms-of.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/documents",
	policy: "write",
	tags: ["Documents"],
	summary: "Add a document as text, or from an address",
	description:
		'What was accepted is processed, also after a crash: follow `/api/v1/documents/executions/{executionId}/stream`. The same bytes twice are one document of an index. A protected document needs its `password`, such as `{"indexId": "idx_…", "url": "https://example.com/contract.pdf", "password": "correct horse battery"}`.',
	request: { body: jsonBody(AddDocument) },
	responses: {
		200: jsonAnswer("Processed, or in the index already.", RagDocument),
		202: jsonAnswer("Accepted: it is processed.", RagDocument),
	},
});

export function mountAddDocument(app: RagApp): void {
	app.openapi(route, async (c) => {
		const { text, url, indexId, metadata, contentType, password, name = nameOf(url) } = c.req.valid("json");
		const { context } = c.var;
		const source = text === undefined ? { url: url! } : { bytes: new TextEncoder().encode(text) };
		const added = await addDocument(context, { indexId, name, metadata, contentType, password, ...source });
		const document = await settledDocument(context, added, waitMsOf(c.req.header("prefer")));
		return c.json(document, document.status === "processing" ? 202 : 200, {
			location: `/api/v1/documents/${document.id}`,
		});
	});
}

/** What an address calls it. */
function nameOf(url: string | undefined): string {
	const last = url === undefined ? undefined : new URL(url).pathname.split("/").findLast((part) => part !== "");
	return decoded(last ?? "document").slice(0, 255);
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
