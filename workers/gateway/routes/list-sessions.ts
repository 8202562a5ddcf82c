/** `GET /api/auth/sessions`. */
import { z } from "zod";
import { SessionInfo } from "#gateway/schema";
import { sessionView } from "#gateway/session-view";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { GatewayApp } from "./app.ts";

const route = defineRoute({
	method: "get",
	path: "/api/auth/sessions",
	policy: "read",
	tags: ["Sign-in"],
	summary: "List your sessions",
	responses: { 200: jsonAnswer("The sessions that are alive.", z.object({ sessions: z.array(SessionInfo) })) },
});

export function mountListSessions(app: GatewayApp): void {
	app.openapi(route, async (c) => {
		const { account, caller } = c.var.context;
		const sessions = await account(caller.userId).listSessions();
		return c.json({ sessions: sessions.map((session) => sessionView(session, caller.credentialId)) }, 200);
	});
}
