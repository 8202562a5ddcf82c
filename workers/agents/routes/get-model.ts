/** `GET /v1/models/{model}`: an agent, by its id or name. */
import { rowOfModel } from "#agents/openai/agent-of-model";
import { modelObject } from "#agents/openai/model-object";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { openAiErrors, openAiObject } from "./openai-answers.ts";
import { ModelParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/v1/models/{model}",
	policy: "read",
	tags: ["OpenAI"],
	summary: "Get an agent as a model",
	request: { params: ModelParams },
	responses: { 200: jsonAnswer("The model.", openAiObject), ...openAiErrors },
});

export function mountGetModel(app: AgentsApp): void {
	app.openapi(route, async (c) =>
		c.json(modelObject(await rowOfModel(c.var.context, c.req.valid("param").model)), 200),
	);
}
