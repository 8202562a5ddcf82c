/** Administration of users. */
import { z } from "zod";
import { createUser } from "#gateway/create-user";
import { CreateUserRequest, UpdateUserRequest, User } from "#gateway/schema";
import { getUser, listUsers } from "#gateway/store";
import { updateUser } from "#gateway/update-user";
import { userView } from "#gateway/user-view";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import type { OwnApp } from "../context.ts";
import { json, requiredJson } from "./json-content.ts";

const params = z.object({ id: z.string() });

const create = defineRoute({
	method: "post",
	path: "/api/v1/users",
	policy: "admin",
	summary: "Create a user.",
	request: { body: requiredJson(CreateUserRequest) },
	responses: { 201: json(User, "The user.") },
});

const list = defineRoute({
	method: "get",
	path: "/api/v1/users",
	policy: "admin",
	summary: "All users, newest first.",
	request: { query: PageQuery },
	responses: { 200: json(z.object({ users: z.array(User), nextCursor: z.string().optional() }), "A page of users.") },
});

const get = defineRoute({
	method: "get",
	path: "/api/v1/users/{id}",
	policy: "admin",
	summary: "One user.",
	request: { params },
	responses: { 200: json(User, "The user.") },
});

const update = defineRoute({
	method: "patch",
	path: "/api/v1/users/{id}",
	policy: "admin",
	summary: "Change a user's role or names, or disable him. Takes effect on his next request.",
	request: { params, body: requiredJson(UpdateUserRequest) },
	responses: { 200: json(User, "The user.") },
});

export function mountUsers(app: OwnApp): void {
	app.openapi(create, async (c) => c.json(await createUser(c.var.context, c.req.valid("json")), 201));

	app.openapi(list, async (c) => {
		const { items, nextCursor } = await listUsers(c.var.context.db, pageRequest(c.req.valid("query")));
		return c.json({ users: items.map(userView), nextCursor }, 200);
	});

	app.openapi(get, async (c) => c.json(userView(await getUser(c.var.context.db, c.req.valid("param").id)), 200));

	app.openapi(update, async (c) =>
		c.json(await updateUser(c.var.context, c.req.valid("param").id, c.req.valid("json")), 200),
	);
}
