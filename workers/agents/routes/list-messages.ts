/** `GET /api/v1/agents/sessions/{sessionId}/messages`: the conversation, newest message first. */
import { z } from "zod";
import { Message } from "#agents/schema";
import { homeOfSession } from "#agents/session-id";
import { pageOf } from "#core/paging";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { SessionParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/sessions/{sessionId}/messages",
	policy: "read",
	tags: ["Sessions"],
	summary: "List the messages of a session",
	request: { params: SessionParams, query: PageQuery },
	responses: {
		200: jsonAnswer("A page of messages.", z.object({ messages: z.array(Message), nextCursor: z.string().optional() })),
	},
});

export function mountListMessages(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { caller, home, origin } = c.var.context;
		const { sessionId } = c.req.valid("param");
		const { limit, after } = pageRequest(c.req.valid("query"));
		const urlBase = `${origin}/api/v1/agents/sessions/${sessionId}/attachments`;
		const rows = await home(homeOfSession(sessionId)).messages(caller, limit, after, urlBase);
		const { items, nextCursor } = pageOf(rows, limit, ({ timestamp, id }) => ({ at: timestamp, id }));
		return c.json({ messages: items, nextCursor }, 200);
	});
}
