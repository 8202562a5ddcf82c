/** `GET /api/v1/api-keys`. */
import { z } from "zod";
import { apiKeyView } from "#gateway/api-key-view";
import { ApiKeyInfo } from "#gateway/schema";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/api-keys",
	policy: "read",
	tags: ["API keys"],
	summary: "List your API keys",
	responses: { 200: jsonAnswer("The keys, without their secrets.", z.object({ apiKeys: z.array(ApiKeyInfo) })) },
});

export function mountListApiKeys(app: GatewayApp): void {
	app.openapi(route, async (c) => {
		const { account, caller } = c.var.context;
		return c.json({ apiKeys: (await account(caller.userId).listApiKeys()).map(apiKeyView) }, 200);
	});
}
