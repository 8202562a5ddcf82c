/** `POST /api/v1/users`. */
import { createUser } from "#gateway/create-user";
import { CreateUserRequest, User } from "#gateway/schema";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/users",
	policy: "admin",
	tags: ["Users"],
	summary: "Create a user",
	request: { body: jsonBody(CreateUserRequest) },
	responses: { 201: jsonAnswer("The user.", User) },
});

export function mountCreateUser(app: GatewayApp): void {
	app.openapi(route, async (c) => c.json(await createUser(c.var.context, c.req.valid("json")), 201));
}
