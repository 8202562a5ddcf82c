/** `DELETE /api/v1/workflows/{workflowId}/triggers/{triggerId}`. */
import { defineRoute } from "#http/route";
import { removeTrigger } from "#workflow-engine/triggers/remove-trigger";
import type { WorkflowEngineApp } from "./app.ts";
import { TriggerParams } from "./params.ts";

const route = defineRoute({
	method: "delete",
	path: "/api/v1/workflows/{workflowId}/triggers/{triggerId}",
	policy: "write",
	tags: ["Workflow triggers"],
	summary: "Delete a trigger",
	description: "What it began goes on.",
	request: { params: TriggerParams },
	responses: { 204: { description: "It is gone." } },
});

export function mountDeleteTrigger(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { workflowId, triggerId } = c.req.valid("param");
		await removeTrigger(c.var.context, workflowId, triggerId);
		return c.body(null, 204);
	});
}
