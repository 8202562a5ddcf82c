/** `POST /api/v1/agents`: creates an agent. */
import { createAgent } from "#agents/create-agent";
import { Agent, CreateAgent } from "#agents/schema";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/agents",
	policy: "write",
	tags: ["Agents"],
	summary: "Create an agent",
	request: { body: jsonBody(CreateAgent) },
	responses: { 201: jsonAnswer("The agent.", Agent) },
});

export function mountCreateAgent(app: AgentsApp): void {
	app.openapi(route, async (c) => c.json(await createAgent(c.var.context, c.req.valid("json")), 201));
}
