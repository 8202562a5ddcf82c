/** `GET /api/v1/workflows/{workflowId}/triggers/{triggerId}`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { Trigger } from "#workflow-engine/triggers/schema";
import { getTrigger } from "#workflow-engine/triggers/store";
import { triggerView } from "#workflow-engine/triggers/trigger-view";
import type { WorkflowEngineApp } from "./app.ts";
import { TriggerParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/workflows/{workflowId}/triggers/{triggerId}",
	policy: "read",
	tags: ["Workflow triggers"],
	summary: "Get a trigger",
	description: "When it is due, what it began last, and why it could not.",
	request: { params: TriggerParams },
	responses: { 200: jsonAnswer("The trigger.", Trigger) },
});

export function mountGetTrigger(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { workflowId, triggerId } = c.req.valid("param");
		return c.json(triggerView(await getTrigger(c.var.context, workflowId, triggerId)), 200);
	});
}
