/** `GET /api/v1/tools/executions`: the caller's kept calls, newest first. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { runStatuses } from "#run/run";
import { executionView } from "#tools/execution-view";
import { ToolExecution } from "#tools/schema";
import { listExecutions } from "#tools/store";
import type { ToolsApp } from "./app.ts";

const Query = PageQuery.extend({
	toolId: z.string().max(200).optional(),
	status: z.enum(runStatuses).optional(),
	deadLetter: z
		.enum(["true", "false"])
		.optional()
		.meta({ description: "Whether it failed for a reason that may pass, and nobody has tried it again." }),
});

const route = defineRoute({
	method: "get",
	path: "/api/v1/tools/executions",
	policy: "read",
	tags: ["Executions"],
	summary: "List tool executions",
	description:
		"Calls that were made with `Prefer: respond-async` or an `Idempotency-Key`; others are in the trace alone. The list " +
		"may lag a moment behind.",
	request: { query: Query },
	responses: {
		200: jsonAnswer("A page.", z.object({ executions: z.array(ToolExecution), nextCursor: z.string().optional() })),
	},
});

export function mountListExecutions(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const { deadLetter, ...query } = c.req.valid("query");
		const filter = { ...query, ...(deadLetter && { deadLetter: deadLetter === "true" }) };
		const { items, nextCursor } = await listExecutions(c.var.context, pageRequest(query), filter);
		return c.json({ executions: items.map(executionView), nextCursor }, 200);
	});
}
