/** `POST /v1/responses/{responseId}/cancel`. */
import { runOfResponse } from "#agents/openai/openai-id";
import { responseObject } from "#agents/openai/response-object";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import type { AgentsApp } from "./app.ts";
import { openAiErrors, openAiObject } from "./openai-answers.ts";
import { ResponseParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/v1/responses/{responseId}/cancel",
	policy: "run",
	tags: ["OpenAI"],
	summary: "Cancel a response",
	request: { params: ResponseParams },
	responses: { 200: jsonAnswer("The response as it is now.", openAiObject), ...openAiErrors },
});

export function mountCancelResponse(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { caller, home } = c.var.context;
		const runId = runOfResponse(c.req.valid("param").responseId);
		const run = await home(homeOf(runId)).cancel(caller, runId);
		return c.json(responseObject(run, run.input.agentId), 200);
	});
}
