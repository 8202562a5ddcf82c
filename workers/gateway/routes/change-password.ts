/** `POST /api/auth/password`. */
import { changePassword } from "#gateway/change-password";
import { ChangePasswordRequest, Outcome } from "#gateway/schema";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/auth/password",
	policy: "read",
	tags: ["Sign-in"],
	summary: "Change the password",
	description: "All other sessions end.",
	request: { body: jsonBody(ChangePasswordRequest) },
	responses: { 200: jsonAnswer("The password has changed.", Outcome) },
});

export function mountChangePassword(app: GatewayApp): void {
	app.openapi(route, async (c) => {
		await changePassword(c.var.context, c.req.valid("json"));
		return c.json({ success: true, message: "The password has changed; other sessions have ended." }, 200);
	});
}
