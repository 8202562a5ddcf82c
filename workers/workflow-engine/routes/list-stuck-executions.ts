/** `GET /api/v1/monitoring/stuck`: executions that run and do not come on. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { listStuckExecutions } from "#workflow-engine/monitoring/list-stuck-executions";
import { mostStuck, StuckExecution } from "#workflow-engine/monitoring/schema";
import type { WorkflowEngineApp } from "./app.ts";

const Query = z.object({
	olderThan: z.coerce.number().int().min(1).max(2_592_000).default(600).meta({
		description: "Seconds in which nothing has happened.",
	}),
});

const route = defineRoute({
	method: "get",
	path: "/api/v1/monitoring/stuck",
	policy: "read",
	tags: ["Workflow monitoring"],
	summary: "List executions that are stuck",
	description:
		"Those that run, neither waiting nor paused, and in which nothing has happened for long. The caller's own, and " +
		`everybody's for an admin; the ${mostStuck} that began first are looked at.`,
	request: { query: Query },
	responses: { 200: jsonAnswer("The executions.", z.object({ executions: z.array(StuckExecution) })) },
});

export function mountListStuckExecutions(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { olderThan } = c.req.valid("query");
		return c.json({ executions: await listStuckExecutions(c.var.context, olderThan) }, 200);
	});
}
