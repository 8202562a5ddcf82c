/** `GET /api/v1/agents/sessions/{sessionId}`. */
import { Session } from "#agents/schema";
import { homeOfSession } from "#agents/session-id";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { SessionParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/sessions/{sessionId}",
	policy: "read",
	tags: ["Sessions"],
	summary: "Get a session",
	request: { params: SessionParams },
	responses: { 200: jsonAnswer("The session.", Session) },
});

export function mountGetSession(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { caller, home } = c.var.context;
		return c.json(await home(homeOfSession(c.req.valid("param").sessionId)).session(caller), 200);
	});
}
