/** `PATCH /api/v1/workflows/{workflowId}/triggers/{triggerId}`. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { TriggerWithSecret, UpdateTrigger } from "#workflow-engine/triggers/schema";
import { updateTrigger } from "#workflow-engine/triggers/update-trigger";
import type { WorkflowEngineApp } from "./app.ts";
import { TriggerParams } from "./params.ts";

const route = defineRoute({
	method: "patch",
	path: "/api/v1/workflows/{workflowId}/triggers/{triggerId}",
	policy: "write",
	tags: ["Workflow triggers"],
	summary: "Change a trigger",
	description:
		"Switches it on and off, too. A schedule that changes begins anew: what it missed before is not made up for.",
	request: { params: TriggerParams, body: jsonBody(UpdateTrigger) },
	responses: { 200: jsonAnswer("The trigger as it is now.", TriggerWithSecret) },
});

export function mountUpdateTrigger(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { workflowId, triggerId } = c.req.valid("param");
		return c.json(await updateTrigger(c.var.context, workflowId, triggerId, c.req.valid("json")), 200);
	});
}
