/** `GET /api/v1/traces`. */
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { listTraces } from "#observability/list-traces";
import { TraceList } from "#observability/schema";
import type { ObservabilityApp } from "./app.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/traces",
	policy: "read",
	tags: ["Traces"],
	summary: "List traces, newest first",
	description: "The caller's own traces; an admin's list has everybody's, one entry for each user in a trace.",
	request: { query: PageQuery },
	responses: { 200: jsonAnswer("A page of traces.", TraceList) },
});

export function mountListTraces(app: ObservabilityApp): void {
	app.openapi(route, async (c) => {
		const { items, nextCursor } = await listTraces(c.var.context, pageRequest(c.req.valid("query")));
		return c.json({ traces: items, nextCursor }, 200);
	});
}
