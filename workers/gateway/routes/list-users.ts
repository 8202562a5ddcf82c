/** `GET /api/v1/users`. */
import { z } from "zod";
import { User } from "#gateway/schema";
import { listUsers } from "#gateway/store";
import { userView } from "#gateway/user-view";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/users",
	policy: "admin",
	tags: ["Users"],
	summary: "List users, newest first",
	request: { query: PageQuery },
	responses: {
		200: jsonAnswer("A page of users.", z.object({ users: z.array(User), nextCursor: z.string().optional() })),
	},
});

export function mountListUsers(app: GatewayApp): void {
	app.openapi(route, async (c) => {
		const { items, nextCursor } = await listUsers(c.var.context.db, pageRequest(c.req.valid("query")));
		return c.json({ users: items.map(userView), nextCursor }, 200);
	});
}
