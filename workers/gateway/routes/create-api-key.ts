/** `POST /api/v1/api-keys`. */
import { createApiKey } from "#gateway/create-api-key";
import { CreateApiKeyRequest, NewApiKey } from "#gateway/schema";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/api-keys",
	policy: "read",
	tags: ["API keys"],
	summary: "Make an API key",
	description: "It acts as its user, within its scopes.",
	request: { body: jsonBody(CreateApiKeyRequest) },
	responses: { 201: jsonAnswer("The key, shown this once.", NewApiKey) },
});

export function mountCreateApiKey(app: GatewayApp): void {
	app.openapi(route, async (c) => c.json(await createApiKey(c.var.context, c.req.valid("json")), 201));
}
