/** The caller's own API keys. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { apiKeyView } from "#gateway/api-key-view";
import { createApiKey } from "#gateway/create-api-key";
import { ApiKeyInfo, CreateApiKeyRequest, NewApiKey } from "#gateway/schema";
import { defineRoute } from "#http/route";
import type { OwnApp } from "../context.ts";
import { json, requiredJson } from "./json-content.ts";

const create = defineRoute({
	method: "post",
	path: "/api/v1/api-keys",
	policy: "read",
	summary: "Make an API key; it acts as its user, within its scopes.",
	request: { body: requiredJson(CreateApiKeyRequest) },
	responses: { 201: json(NewApiKey, "The key, shown this once.") },
});

const list = defineRoute({
	method: "get",
	path: "/api/v1/api-keys",
	policy: "read",
	summary: "The user's API keys.",
	responses: { 200: json(z.object({ apiKeys: z.array(ApiKeyInfo) }), "The keys, without their secrets.") },
});

const remove = defineRoute({
	method: "delete",
	path: "/api/v1/api-keys/{id}",
	policy: "read",
	summary: "Revoke an API key.",
	request: { params: z.object({ id: z.string() }) },
	responses: { 204: { description: "The key is dead." } },
});

export function mountApiKeys(app: OwnApp): void {
	app.openapi(create, async (c) => {
		const { context } = c.var;
		return c.json(await createApiKey(context, context.scope.caller, c.req.valid("json")), 201);
	});

	app.openapi(list, async (c) => {
		const { account, scope } = c.var.context;
		return c.json({ apiKeys: (await account(scope.caller.userId).listApiKeys()).map(apiKeyView) }, 200);
	});

	app.openapi(remove, async (c) => {
		const { account, scope } = c.var.context;
		if (await account(scope.caller.userId).removeApiKey(c.req.valid("param").id)) return c.body(null, 204);
		throw new AppError("not_found", "There is no such API key.");
	});
}
