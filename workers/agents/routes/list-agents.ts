/** `GET /api/v1/agents`: the caller's agents and shared ones, newest first. */
import { z } from "zod";
import { agentView } from "#agents/agent-view";
import { Agent } from "#agents/schema";
import { listAgents } from "#agents/store";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents",
	policy: "read",
	tags: ["Agents"],
	summary: "List agents",
	request: { query: PageQuery.extend({ skill: z.string().max(100).optional() }) },
	responses: {
		200: jsonAnswer("A page of agents.", z.object({ agents: z.array(Agent), nextCursor: z.string().optional() })),
	},
});

export function mountListAgents(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { context } = c.var;
		const query = c.req.valid("query");
		const { items, nextCursor } = await listAgents(context, pageRequest(query), query.skill);
		return c.json({ agents: items.map((row) => agentView(row, context.origin)), nextCursor }, 200);
	});
}
