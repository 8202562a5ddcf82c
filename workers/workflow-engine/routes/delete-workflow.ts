/** `DELETE /api/v1/workflows/{workflowId}`. */
import { defineRoute } from "#http/route";
import { deleteWorkflow, getOwnWorkflow } from "#workflow-engine/store";
import type { WorkflowEngineApp } from "./app.ts";
import { WorkflowParams } from "./params.ts";

const route = defineRoute({
	method: "delete",
	path: "/api/v1/workflows/{workflowId}",
	policy: "write",
	tags: ["Workflows"],
	summary: "Delete a workflow",
	description: "Its executions go on, and stay readable.",
	request: { params: WorkflowParams },
	responses: { 204: { description: "It is gone." } },
});

export function mountDeleteWorkflow(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { id } = await getOwnWorkflow(c.var.context, c.req.valid("param").workflowId);
		await deleteWorkflow(c.var.context, id);
		return c.body(null, 204);
	});
}
