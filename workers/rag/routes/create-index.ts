/** `POST /api/v1/indexes`. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { createIndex } from "#rag/create-index";
import { CreateIndex, RagIndex } from "#rag/schema";
import type { RagApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/indexes",
	policy: "write",
	tags: ["Indexes"],
	summary: "Create an index",
	request: { body: jsonBody(CreateIndex) },
	responses: { 201: jsonAnswer("The index.", RagIndex) },
});

export function mountCreateIndex(app: RagApp): void {
	app.openapi(route, async (c) => c.json(await createIndex(c.var.context, c.req.valid("json")), 201));
}
