/** `POST /api/v1/workflows/import`: a workflow of n8n, Dify or Flowise as one of ours. */
import { z } from "zod";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { importFormats, ImportedWorkflow } from "#workflow-engine/import/import-report";
import { importWorkflow } from "#workflow-engine/import/import-workflow";
import { maxSourceLength } from "#workflow-engine/import/read-source";
import type { WorkflowEngineApp } from "./app.ts";

const ImportWorkflow = z
	.object({
		source: z
			.string()
			.min(1)
			.max(maxSourceLength)
			.meta({ description: "The text of the exported file: JSON or YAML." }),
		format: z.enum(importFormats).optional().meta({ description: "Told by the content where it is not given." }),
	})
	.meta({ id: "ImportWorkflow" });

const route = defineRoute({
	method: "post",
	path: "/api/v1/workflows/import",
	policy: "read",
	tags: ["Workflows"],
	summary: "Import a workflow of n8n, Dify or Flowise",
	description:
		"Saves nothing: `definition` is what a workflow is created with, once its agents and tools are chosen, and `report` " +
		"says node by node what was mapped, and what was not and why. Credentials are never taken over.",
	request: { body: jsonBody(ImportWorkflow) },
	responses: { 200: jsonAnswer("The definition and the report.", ImportedWorkflow) },
});

export function mountImportWorkflow(app: WorkflowEngineApp): void {
	app.openapi(route, (c) => {
		const { source, format } = c.req.valid("json");
		return c.json(importWorkflow(source, format), 200);
	});
}
