/** `GET /api/v1/workflows/templates`: the caller's templates and shared ones, newest first. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { WorkflowSummary } from "#workflow-engine/schema";
import { listTemplates } from "#workflow-engine/store";
import { workflowSummary } from "#workflow-engine/workflow-view";
import type { WorkflowEngineApp } from "./app.ts";

const Templates = z.object({ templates: z.array(WorkflowSummary), nextCursor: z.string().optional() });

const route = defineRoute({
	method: "get",
	path: "/api/v1/workflows/templates",
	policy: "read",
	tags: ["Workflows"],
	summary: "List templates of workflows",
	request: { query: PageQuery },
	responses: { 200: jsonAnswer("A page of templates.", Templates) },
});

export function mountListWorkflowTemplates(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { items, nextCursor } = await listTemplates(c.var.context, pageRequest(c.req.valid("query")));
		return c.json({ templates: items.map(workflowSummary), nextCursor }, 200);
	});
}
