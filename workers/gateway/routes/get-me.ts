/** `GET /api/auth/me`. */
import { User } from "#gateway/schema";
import { getUser } from "#gateway/store";
import { userView } from "#gateway/user-view";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";

const route = defineRoute({
	method: "get",
	path: "/api/auth/me",
	policy: "read",
	tags: ["Sign-in"],
	summary: "Get the signed-in user",
	responses: { 200: jsonAnswer("The user.", User) },
});

export function mountGetMe(app: GatewayApp): void {
	app.openapi(route, async (c) => {
		const { db, caller } = c.var.context;
		// The account knows the role of this moment; the list of users may lag.
		return c.json({ ...userView(await getUser(db, caller.userId)), role: caller.role }, 200);
	});
}
