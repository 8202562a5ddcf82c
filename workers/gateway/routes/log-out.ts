/** `POST /api/auth/logout`. */
import { logOut } from "#gateway/log-out";
import { LogoutRequest, Outcome } from "#gateway/schema";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/auth/logout",
	policy: "read",
	tags: ["Sign-in"],
	summary: "End this session",
	description: "Its token stops working at once, and its open WebSockets are closed.",
	request: { body: { content: { "application/json": { schema: LogoutRequest } } } },
	responses: { 200: jsonAnswer("The session has ended.", Outcome) },
});

export function mountLogOut(app: GatewayApp): void {
	app.openapi(route, async (c) => {
		const { token } = c.req.valid("json") ?? {};
		await logOut(c.var.context, token);
		return c.json({ success: true, message: "Signed out." }, 200);
	});
}
