/** `POST /api/v1/tools/{toolId}/execute`: calls a tool; the answer now, or later. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { parsePrefer } from "#http/prefer";
import { defineRoute } from "#http/route";
import { maxWaitMs } from "#run/max-wait";
import { executeTool } from "#tools/execute-tool";
import { callStatuses, ExecuteTool, ExecuteToolResponse } from "#tools/schema";
import type { ToolsApp } from "./app.ts";
import { ToolParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/tools/{toolId}/execute",
	policy: "run",
	tags: ["Tools"],
	summary: "Call a tool",
	description:
		"A tool that fails is a 200 with `status: error`; parameters that do not fit it are a 422. With `Prefer: " +
		"respond-async` (202 at once) or an `Idempotency-Key` the call is kept as an execution and survives a crash. So is " +
		"every call of a tool that needs approval: it is `input_required` until somebody decides about its `approval`.",
	request: { params: ToolParams, body: jsonBody(ExecuteTool) },
	responses: {
		200: jsonAnswer("What came of it.", ExecuteToolResponse),
		202: jsonAnswer("Accepted; `Location` names the execution.", ExecuteToolResponse),
	},
});

export function mountExecuteTool(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const { respondAsync, waitMs = maxWaitMs } = parsePrefer(c.req.header("prefer"));
		const wait = { respondAsync, waitMs: Math.min(waitMs, maxWaitMs) };
		const answer = await executeTool(c.var.context, c.req.valid("param").toolId, c.req.valid("json"), wait);
		const { executionId, status } = answer;
		if (!executionId) return c.json(answer, 200);
		const isOpen = respondAsync || !callStatuses.some((ended) => ended === status);
		return c.json(answer, isOpen ? 202 : 200, { location: `/api/v1/tools/executions/${executionId}` });
	});
}
