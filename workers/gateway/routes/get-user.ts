/** `GET /api/v1/users/{id}`. */
import { User } from "#gateway/schema";
import { getUser } from "#gateway/store";
import { userView } from "#gateway/user-view";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";
import { IdParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/users/{id}",
	policy: "admin",
	tags: ["Users"],
	summary: "Get a user",
	request: { params: IdParams },
	responses: { 200: jsonAnswer("The user.", User) },
});

export function mountGetUser(app: GatewayApp): void {
	app.openapi(route, async (c) => c.json(userView(await getUser(c.var.context.db, c.req.valid("param").id)), 200));
}
