/** `POST /api/auth/login`. */
import { logIn } from "#gateway/log-in";
import { LoginRequest, LoginResponse } from "#gateway/schema";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/auth/login",
	policy: "public",
	tags: ["Sign-in"],
	summary: "Sign in with email and password",
	request: { body: jsonBody(LoginRequest) },
	responses: { 200: jsonAnswer("A session's token, for 12 hours or, with `rememberMe`, 30 days.", LoginResponse) },
});

export function mountLogIn(app: GatewayApp): void {
	app.openapi(route, async (c) => {
		const client = {
			address: c.req.header("x-client-address") ?? "",
			userAgent: c.req.header("user-agent") ?? "",
		};
		return c.json(await logIn(c.var.context, c.req.valid("json"), client), 200);
	});
}
