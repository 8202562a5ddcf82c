/** `DELETE /api/v1/api-keys/{id}`. */
import { AppError } from "#core/errors";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";
import { IdParams } from "./params.ts";

const route = defineRoute({
	method: "delete",
	path: "/api/v1/api-keys/{id}",
	policy: "read",
	tags: ["API keys"],
	summary: "Revoke an API key",
	request: { params: IdParams },
	responses: { 204: { description: "The key is dead, and its WebSockets are closed." } },
});

export function mountDeleteApiKey(app: GatewayApp): void {
	app.openapi(route, async (c) => {
		const { account, caller } = c.var.context;
		if (await account(caller.userId).removeApiKey(c.req.valid("param").id)) return c.body(null, 204);
		throw new AppError("not_found", "There is no such API key.");
	});
}
