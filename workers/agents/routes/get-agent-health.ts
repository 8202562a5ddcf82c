/** `GET /api/v1/agents/{agentId}/health`: whether the agent could run now. */
import { z } from "zod";
import { agentHealth } from "#agents/agent-health";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { AgentParams } from "./params.ts";

const AgentHealth = z
	.object({ status: z.enum(["healthy", "unhealthy"]), agentId: z.string(), reason: z.string().optional() })
	.meta({ id: "AgentHealth" });

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/{agentId}/health",
	policy: "read",
	tags: ["Agents"],
	summary: "Check an agent",
	description: "Healthy: it is active, its tools exist and its model is configured. The model is not called.",
	request: { params: AgentParams },
	responses: { 200: jsonAnswer("Its health.", AgentHealth) },
});

export function mountGetAgentHealth(app: AgentsApp): void {
	app.openapi(route, async (c) => c.json(await agentHealth(c.var.context, c.req.valid("param").agentId), 200));
}
