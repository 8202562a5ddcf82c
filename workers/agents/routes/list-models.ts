/** `GET /v1/models`: the agents that the caller may run. */
import { modelObject } from "#agents/openai/model-object";
import { listActiveAgents } from "#agents/store";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { openAiErrors, openAiObject } from "./openai-answers.ts";

/** OpenAI's list has no pages. */
const maxModels = 1_000;

const route = defineRoute({
	method: "get",
	path: "/v1/models",
	policy: "read",
	tags: ["OpenAI"],
	summary: "List the agents that you may run, as models",
	responses: { 200: jsonAnswer(`The newest ${maxModels} of them.`, openAiObject), ...openAiErrors },
});

export function mountListModels(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const agents = await listActiveAgents(c.var.context, maxModels);
		return c.json({ object: "list", data: agents.map(modelObject) }, 200);
	});
}
