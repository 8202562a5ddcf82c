/** `POST /api/v1/workflows`: creates a workflow. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { createWorkflow } from "#workflow-engine/create-workflow";
import { CreateWorkflow, Workflow } from "#workflow-engine/schema";
import type { WorkflowEngineApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/workflows",
	policy: "write",
	tags: ["Workflows"],
	summary: "Create a workflow",
	description: "What keeps its graph from running is told in `errors`, node by node.",
	request: { body: jsonBody(CreateWorkflow) },
	responses: { 201: jsonAnswer("The workflow.", Workflow) },
});

export function mountCreateWorkflow(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => c.json(await createWorkflow(c.var.context, c.req.valid("json")), 201));
}
