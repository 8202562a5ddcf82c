/** `GET /api/v1/workflows/executions`: the caller's executions, newest first. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { ExecutionSummary, executionStatuses } from "#workflow-engine/execution-schema";
import { executionSummary } from "#workflow-engine/execution-summary";
import { listExecutions } from "#workflow-engine/store";
import type { WorkflowEngineApp } from "./app.ts";

const Query = PageQuery.extend({
	workflowId: z.string().max(200).optional(),
	status: z.enum(executionStatuses).optional(),
});

const route = defineRoute({
	method: "get",
	path: "/api/v1/workflows/executions",
	policy: "read",
	tags: ["Workflow executions"],
	summary: "List executions",
	description: "The list may lag a moment behind the executions themselves.",
	request: { query: Query },
	responses: {
		200: jsonAnswer("A page.", z.object({ executions: z.array(ExecutionSummary), nextCursor: z.string().optional() })),
	},
});

export function mountListExecutions(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const query = c.req.valid("query");
		const { items, nextCursor } = await listExecutions(c.var.context, pageRequest(query), query);
		return c.json({ executions: items.map(executionSummary), nextCursor }, 200);
	});
}
