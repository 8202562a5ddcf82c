/** `GET /api/v1/monitoring`: how executions go. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { getMonitoring } from "#workflow-engine/monitoring/get-monitoring";
import { maxHours, WorkflowMonitoring } from "#workflow-engine/monitoring/schema";
import type { WorkflowEngineApp } from "./app.ts";

const Query = z.object({
	workflowId: z.string().max(200).optional(),
	hours: z.coerce
		.number()
		.int()
		.min(1)
		.max(maxHours)
		.default(24)
		.meta({ description: "How far the window goes back." }),
});

const route = defineRoute({
	method: "get",
	path: "/api/v1/monitoring",
	policy: "read",
	tags: ["Workflow monitoring"],
	summary: "See how workflow executions go",
	description: "The caller's own, and everybody's for an admin. It may lag a moment behind the executions themselves.",
	request: { query: Query },
	responses: { 200: jsonAnswer("Counts, failures and times.", WorkflowMonitoring) },
});

export function mountGetMonitoring(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => c.json(await getMonitoring(c.var.context, c.req.valid("query")), 200));
}
