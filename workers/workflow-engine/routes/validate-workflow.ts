/** `POST /api/v1/workflows/validate`: what is wrong with a graph, also with one that no other route would take. */
import { z } from "zod";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { Validation } from "#workflow-engine/schema";
import { validateWorkflow } from "#workflow-engine/validate-workflow";
import type { WorkflowEngineApp } from "./app.ts";

const AnyGraph = z.looseObject({}).meta({
	description: "`nodes`, `edges`, `variables` and `options`, as a workflow is created with; what is wrong is told.",
});

const route = defineRoute({
	method: "post",
	path: "/api/v1/workflows/validate",
	policy: "read",
	tags: ["Workflows"],
	summary: "Check a graph without saving it",
	request: { body: jsonBody(AnyGraph) },
	responses: { 200: jsonAnswer("All that is wrong with it, a hundred problems at most.", Validation) },
});

export function mountValidateWorkflow(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => c.json(await validateWorkflow(c.var.context, c.req.valid("json")), 200));
}
