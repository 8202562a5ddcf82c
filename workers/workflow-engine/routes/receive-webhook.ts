/** `POST /api/v1/workflows/hooks/{triggerId}`: a message from outside, signed as Standard Webhooks says. */
import { z } from "zod";
import { checkJsonDepth } from "#http/json-depth";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { receiveWebhook } from "#workflow-engine/triggers/receive-webhook";
import type { WorkflowEngineApp } from "./app.ts";
import { HookParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/workflows/hooks/{triggerId}",
	policy: "public",
	tags: ["Workflow triggers"],
	summary: "Receive a webhook",
	description:
		"Needs no sign-in but the headers `webhook-id`, `webhook-timestamp` and `webhook-signature` of Standard Webhooks " +
		"(`v1`, HMAC-SHA256 with the trigger's secret). The JSON body is the execution's input; what is no object comes as " +
		"`body`. The same `webhook-id` begins one execution and gets the same answer.",
	request: { params: HookParams },
	responses: { 202: jsonAnswer("It has begun.", z.object({ executionId: z.string() })) },
});

export function mountReceiveWebhook(app: WorkflowEngineApp): void {
	app.openapi(route, async (c) => {
		const { context, span } = c.var;
		const body = await c.req.text();
		checkJsonDepth(body);
		const message = { headers: c.req.raw.headers, body, span };
		return c.json({ executionId: await receiveWebhook(context, c.req.valid("param").triggerId, message) }, 202);
	});
}
