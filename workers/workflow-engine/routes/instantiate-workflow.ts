/** `POST /api/v1/workflows/templates/{workflowId}/instantiate`: a new workflow from a template. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { instantiateWorkflow } from "#workflow-engine/instantiate-workflow";
import { InstantiateWorkflow, Workflow } from "#workflow-engine/schema";
import type { WorkflowEngineApp } from "./app.ts";
import { WorkflowParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/workflows/templates/{workflowId}/instantiate",
	policy: "write",
	tags: ["Workflows"],
	summary: "Create a workflow from a template",
	description: "What the template's nodes name has to be there for you too.",
	request: { params: WorkflowParams, body: jsonBody(InstantiateWorkflow) },
	responses: { 201: jsonAnswer("The workflow.", Workflow) },
});

export function mountInstantiateWorkflow(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) =>
		c.json(await instantiateWorkflow(c.var.context, c.req.valid("param").workflowId, c.req.valid("json")), 201),
	);
}
