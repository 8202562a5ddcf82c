/** GET /api/v1/traces */
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { listTraces } from "#observability/list-traces";
import { TraceList } from "#observability/schema";
import type { ObservabilityApp } from "../context.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/traces",
	policy: "read",
	operationId: "listTraces",
	tags: ["traces"],
	summary: "Traces, newest first",
	description: "The caller's own traces; an admin's list has everybody's, one entry for each user in a trace.",
	request: { query: PageQuery },
	responses: { 200: { description: "A page of traces", content: { "application/json": { schema: TraceList } } } },
});

export function listTracesRoute(app: ObservabilityApp): void {
	app.openapi(route, async (c) => {
		const { db, scope } = c.var.context;
		const { items, nextCursor } = await listTraces(db, scope.caller, pageRequest(c.req.valid("query")));
		return c.json({ traces: items, nextCursor }, 200);
	});
}
