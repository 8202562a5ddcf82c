/** `POST /api/auth/refresh`. */
import { refreshSession } from "#gateway/refresh-session";
import { TokenResponse } from "#gateway/schema";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/auth/refresh",
	policy: "read",
	tags: ["Sign-in"],
	summary: "Get a new token for this session",
	description: "The old one stops working at once.",
	responses: { 200: jsonAnswer("The new token.", TokenResponse) },
});

export function mountRefreshSession(app: GatewayApp): void {
	app.openapi(route, async (c) => c.json(await refreshSession(c.var.context), 200));
}
