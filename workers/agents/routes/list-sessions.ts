/** `GET /api/v1/agents/sessions`: the caller's sessions, last used first. */
import { z } from "zod";
import { Session } from "#agents/schema";
import { listConversations } from "#agents/store";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/sessions",
	policy: "read",
	tags: ["Sessions"],
	summary: "List sessions",
	request: { query: PageQuery },
	responses: {
		200: jsonAnswer("A page of sessions.", z.object({ sessions: z.array(Session), nextCursor: z.string().optional() })),
	},
});

export function mountListSessions(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { items, nextCursor } = await listConversations(c.var.context, pageRequest(c.req.valid("query")));
		return c.json({ sessions: items.map(({ userId, ...row }) => ({ ...row, ownerId: userId })), nextCursor }, 200);
	});
}
