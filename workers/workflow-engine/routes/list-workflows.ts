/** `GET /api/v1/workflows`: the caller's workflows and shared ones, newest first. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { workflowStatuses, WorkflowSummary } from "#workflow-engine/schema";
import { listWorkflows } from "#workflow-engine/store";
import { workflowSummary } from "#workflow-engine/workflow-view";
import type { WorkflowEngineApp } from "./app.ts";

const Query = PageQuery.extend({
	status: z.enum(workflowStatuses).optional(),
	category: z.string().max(100).optional(),
	name: z.string().max(200).optional().meta({ description: "Some of the name." }),
	agentId: z.string().max(200).optional().meta({ description: "Of an agent that some node has." }),
	toolId: z.string().max(200).optional().meta({ description: "Of a tool that some node calls." }),
});

const Workflows = z.object({ workflows: z.array(WorkflowSummary), nextCursor: z.string().optional() });

const route = defineRoute({
	method: "get",
	path: "/api/v1/workflows",
	policy: "read",
	tags: ["Workflows"],
	summary: "List workflows",
	request: { query: Query },
	responses: { 200: jsonAnswer("A page of workflows.", Workflows) },
});

export function mountListWorkflows(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const query = c.req.valid("query");
		const { items, nextCursor } = await listWorkflows(c.var.context, pageRequest(query), query);
		return c.json({ workflows: items.map(workflowSummary), nextCursor }, 200);
	});
}
