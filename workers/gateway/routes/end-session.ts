/** `DELETE /api/auth/sessions/{id}`. */
import { AppError } from "#core/errors";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";
import { IdParams } from "./params.ts";

const route = defineRoute({
	method: "delete",
	path: "/api/auth/sessions/{id}",
	policy: "read",
	tags: ["Sign-in"],
	summary: "End one of your sessions",
	request: { params: IdParams },
	responses: { 204: { description: "The session has ended, and its WebSockets are closed." } },
});

export function mountEndSession(app: GatewayApp): void {
	app.openapi(route, async (c) => {
		const { account, caller } = c.var.context;
		if (await account(caller.userId).endSession(c.req.valid("param").id)) return c.body(null, 204);
		throw new AppError("not_found", "There is no such session.");
	});
}
