/** `PATCH /api/v1/users/{id}`. */
import { UpdateUserRequest, User } from "#gateway/schema";
import { updateUser } from "#gateway/update-user";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";
import { IdParams } from "./params.ts";

const route = defineRoute({
	method: "patch",
	path: "/api/v1/users/{id}",
	policy: "admin",
	tags: ["Users"],
	summary: "Change a user's role or names, or disable him",
	description: "Takes effect on his next request.",
	request: { params: IdParams, body: jsonBody(UpdateUserRequest) },
	responses: { 200: jsonAnswer("The user.", User) },
});

export function mountUpdateUser(app: GatewayApp): void {
	app.openapi(route, async (c) =>
		c.json(await updateUser(c.var.context, c.req.valid("param").id, c.req.valid("json")), 200),
	);
}
