/** `PATCH /api/v1/agents/{agentId}`: a new version of an agent. */
import { Agent, UpdateAgent } from "#agents/schema";
import { updateAgent } from "#agents/update-agent";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { AgentParams } from "./params.ts";

const route = defineRoute({
	method: "patch",
	path: "/api/v1/agents/{agentId}",
	policy: "write",
	tags: ["Agents"],
	summary: "Change an agent",
	description: "Every change is a new version; runs that go on keep the version with which they began.",
	request: { params: AgentParams, body: jsonBody(UpdateAgent) },
	responses: { 200: jsonAnswer("The agent as it is now.", Agent) },
});

export function mountUpdateAgent(app: AgentsApp): void {
	app.openapi(route, async (c) =>
		c.json(await updateAgent(c.var.context, c.req.valid("param").agentId, c.req.valid("json")), 200),
	);
}
