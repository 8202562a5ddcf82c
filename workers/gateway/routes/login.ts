/** `POST /api/auth/login`. */
import { defineRoute } from "#http/route";
import { logIn } from "#gateway/log-in";
import { LoginRequest, LoginResponse } from "#gateway/schema";
import type { OwnApp } from "../context.ts";
import { json, requiredJson } from "./json-content.ts";

const login = defineRoute({
	method: "post",
	path: "/api/auth/login",
	policy: "public",
	summary: "Sign in with email and password.",
	request: { body: requiredJson(LoginRequest) },
	responses: { 200: json(LoginResponse, "A session's token, for 12 hours or, with `rememberMe`, 30 days.") },
});

export function mountLogin(app: OwnApp): void {
	app.openapi(login, async (c) => {
		const client = {
			address: c.req.header("x-client-address") ?? "",
			userAgent: c.req.header("user-agent") ?? "",
		};
		return c.json(await logIn(c.var.context, c.req.valid("json"), client), 200);
	});
}
