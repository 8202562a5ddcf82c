/** `GET /api/v1/workflows/{workflowId}/versions`: what the workflow was and is, newest first. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { WorkflowVersion } from "#workflow-engine/schema";
import { getWorkflow, listVersions } from "#workflow-engine/store";
import type { WorkflowEngineApp } from "./app.ts";
import { WorkflowParams } from "./params.ts";

/** Each of them may have a megabyte. */
const Query = PageQuery.extend({ limit: z.coerce.number().int().min(1).max(20).default(10) });

const Versions = z.object({ versions: z.array(WorkflowVersion), nextCursor: z.string().optional() });

const route = defineRoute({
	method: "get",
	path: "/api/v1/workflows/{workflowId}/versions",
	policy: "read",
	tags: ["Workflows"],
	summary: "List the versions of a workflow",
	description: "The newest 100 are kept.",
	request: { params: WorkflowParams, query: Query },
	responses: { 200: jsonAnswer("A page of versions.", Versions) },
});

export function mountListWorkflowVersions(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { id } = await getWorkflow(c.var.context, c.req.valid("param").workflowId);
		const { items, nextCursor } = await listVersions(c.var.context, id, pageRequest(c.req.valid("query")));
		return c.json({ versions: items, nextCursor }, 200);
	});
}
