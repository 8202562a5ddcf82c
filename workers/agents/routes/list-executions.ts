/** `GET /api/v1/agents/executions`: the caller's executions, newest first. */
import { z } from "zod";
import { executionView } from "#agents/execution-view";
import { Execution } from "#agents/schema";
import { listExecutions } from "#agents/store";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { runStatuses } from "#run/run";
import type { AgentsApp } from "./app.ts";

const Query = PageQuery.extend({
	agentId: z.string().max(200).optional(),
	sessionId: z.string().max(200).optional(),
	status: z.enum(runStatuses).optional(),
});

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/executions",
	policy: "read",
	tags: ["Executions"],
	summary: "List executions",
	description: "The list may lag a moment behind the executions themselves.",
	request: { query: Query },
	responses: {
		200: jsonAnswer("A page.", z.object({ executions: z.array(Execution), nextCursor: z.string().optional() })),
	},
});

export function mountListExecutions(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const query = c.req.valid("query");
		const { items, nextCursor } = await listExecutions(c.var.context, pageRequest(query), query);
		return c.json({ executions: items.map(executionView), nextCursor }, 200);
	});
}
