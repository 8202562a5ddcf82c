/** `GET /api/v1/traces/{traceId}`. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { getTrace } from "#observability/get-trace";
import { Trace, TraceId } from "#observability/schema";
import type { ObservabilityApp } from "./app.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/traces/{traceId}",
	policy: "read",
	tags: ["Traces"],
	summary: "Get a trace as a tree of spans",
	description:
		"The caller's own spans; an admin's answer has everybody's. Spans arrive a second or two after the work.",
	request: { params: z.object({ traceId: TraceId }) },
	responses: { 200: jsonAnswer("The trace.", Trace) },
});

export function mountGetTrace(app: ObservabilityApp): void {
	app.openapi(route, async (c) => c.json(await getTrace(c.var.context, c.req.valid("param").traceId), 200));
}
