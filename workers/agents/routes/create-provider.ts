/** `POST /api/v1/providers`: adds a model provider of the caller's own. */
import { addProvider } from "#agents/add-provider";
import { CreateProvider, Provider } from "#agents/schema";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/providers",
	policy: "write",
	tags: ["Providers"],
	summary: "Add a model provider",
	description: "Its models are addressed `name/model`. The key is encrypted and never returned.",
	request: { body: jsonBody(CreateProvider) },
	responses: { 201: jsonAnswer("The provider.", Provider) },
});

export function mountCreateProvider(app: AgentsApp): void {
	app.openapi(route, async (c) => c.json(await addProvider(c.var.context, c.req.valid("json")), 201));
}
