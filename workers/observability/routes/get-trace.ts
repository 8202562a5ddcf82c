/** GET /api/v1/traces/{traceId} */
import { z } from "zod";
import { defineRoute } from "#http/route";
import { getTrace } from "#observability/get-trace";
import { Trace, TraceId } from "#observability/schema";
import type { ObservabilityApp } from "../context.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/traces/{traceId}",
	policy: "read",
	operationId: "getTrace",
	tags: ["traces"],
	summary: "A trace as a tree of spans",
	description:
		"The caller's own spans; an admin's answer has everybody's. Spans arrive a second or two after the work.",
	request: { params: z.object({ traceId: TraceId }) },
	responses: { 200: { description: "The trace", content: { "application/json": { schema: Trace } } } },
});

export function getTraceRoute(app: ObservabilityApp): void {
	app.openapi(route, async (c) => {
		const { db, scope } = c.var.context;
		return c.json(await getTrace(db, scope.caller, c.req.valid("param").traceId), 200);
	});
}
