/** `GET /api/v1/agents/{agentId}/card`: the A2A card of an agent. */
import { z } from "zod";
import { agentCard } from "#agents/agent-card";
import { getAgent } from "#agents/store";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { AgentParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/{agentId}/card",
	policy: "read",
	tags: ["Agents"],
	summary: "Get the A2A card of an agent",
	request: { params: AgentParams },
	responses: {
		200: jsonAnswer("An AgentCard of A2A 1.0.", z.record(z.string(), z.unknown()).meta({ id: "AgentCard" })),
	},
});

export function mountGetAgentCard(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { context } = c.var;
		return c.json(agentCard(await getAgent(context, c.req.valid("param").agentId), context.origin), 200);
	});
}
