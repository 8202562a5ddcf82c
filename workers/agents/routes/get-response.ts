/** `GET /v1/responses/{responseId}`: from the run itself, also while it goes on. */
import { runOfResponse } from "#agents/openai/openai-id";
import { responseObject } from "#agents/openai/response-object";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import type { AgentsApp } from "./app.ts";
import { openAiErrors, openAiObject } from "./openai-answers.ts";
import { ResponseParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/v1/responses/{responseId}",
	policy: "read",
	tags: ["OpenAI"],
	summary: "Get a response",
	request: { params: ResponseParams },
	responses: { 200: jsonAnswer("The response; `model` is the agent's id.", openAiObject), ...openAiErrors },
});

export function mountGetResponse(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { caller, home } = c.var.context;
		const runId = runOfResponse(c.req.valid("param").responseId);
		const run = await home(homeOf(runId)).find(caller, runId);
		return c.json(responseObject(run, run.input.agentId), 200);
	});
}
