/** `GET /api/v1/workflows/{workflowId}`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { Workflow } from "#workflow-engine/schema";
import { getWorkflow } from "#workflow-engine/store";
import { workflowView } from "#workflow-engine/workflow-view";
import type { WorkflowEngineApp } from "./app.ts";
import { WorkflowParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/workflows/{workflowId}",
	policy: "read",
	tags: ["Workflows"],
	summary: "Get a workflow",
	request: { params: WorkflowParams },
	responses: { 200: jsonAnswer("The workflow.", Workflow) },
});

export function mountGetWorkflow(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) =>
		c.json(workflowView(await getWorkflow(c.var.context, c.req.valid("param").workflowId)), 200),
	);
}
