/** `PATCH /api/v1/workflows/{workflowId}`. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { UpdateWorkflow, Workflow } from "#workflow-engine/schema";
import { updateWorkflow } from "#workflow-engine/update-workflow";
import type { WorkflowEngineApp } from "./app.ts";
import { WorkflowParams } from "./params.ts";

const route = defineRoute({
	method: "patch",
	path: "/api/v1/workflows/{workflowId}",
	policy: "write",
	tags: ["Workflows"],
	summary: "Change a workflow",
	description:
		"A change of `nodes`, `edges`, `variables` or `options` is a new version; executions that go on keep the version " +
		"with which they began. An archived workflow changes only together with its `status`.",
	request: { params: WorkflowParams, body: jsonBody(UpdateWorkflow) },
	responses: { 200: jsonAnswer("The workflow as it is now.", Workflow) },
});

export function mountUpdateWorkflow(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) =>
		c.json(await updateWorkflow(c.var.context, c.req.valid("param").workflowId, c.req.valid("json")), 200),
	);
}
