/** `GET /api/v1/workflows/{workflowId}/triggers`: the caller's own, newest first. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { getWorkflow } from "#workflow-engine/store";
import { Trigger } from "#workflow-engine/triggers/schema";
import { listTriggers } from "#workflow-engine/triggers/store";
import { triggerView } from "#workflow-engine/triggers/trigger-view";
import type { WorkflowEngineApp } from "./app.ts";
import { WorkflowParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/workflows/{workflowId}/triggers",
	policy: "read",
	tags: ["Workflow triggers"],
	summary: "List triggers",
	description: "The caller's own, also those of a workflow that is gone.",
	request: { params: WorkflowParams, query: PageQuery },
	responses: {
		200: jsonAnswer("A page.", z.object({ triggers: z.array(Trigger), nextCursor: z.string().optional() })),
	},
});

export function mountListTriggers(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { context } = c.var;
		const { workflowId } = c.req.valid("param");
		const { items, nextCursor } = await listTriggers(context, workflowId, pageRequest(c.req.valid("query")));
		if (items.length === 0) await getWorkflow(context, workflowId);
		return c.json({ triggers: items.map(triggerView), nextCursor }, 200);
	});
}
