/** `POST /api/v1/workflows/{workflowId}/triggers`: has something begin the workflow by itself. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { createTrigger } from "#workflow-engine/triggers/create-trigger";
import { CreateTrigger, TriggerWithSecret } from "#workflow-engine/triggers/schema";
import type { WorkflowEngineApp } from "./app.ts";
import { WorkflowParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/workflows/{workflowId}/triggers",
	policy: "write",
	tags: ["Workflow triggers"],
	summary: "Create a trigger",
	description:
		"A schedule, a webhook, or the end of another workflow's executions begins this one: its newest version, as the " +
		"caller. Each cause begins one execution, whatever crashes. A webhook's `secret` is shown in this answer only.",
	request: { params: WorkflowParams, body: jsonBody(CreateTrigger) },
	responses: { 201: jsonAnswer("The trigger.", TriggerWithSecret) },
});

export function mountCreateTrigger(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { workflowId } = c.req.valid("param");
		return c.json(await createTrigger(c.var.context, workflowId, c.req.valid("json")), 201);
	});
}
