/** `GET /api/v1/agents/{agentId}`. */
import { agentView } from "#agents/agent-view";
import { Agent } from "#agents/schema";
import { getAgent } from "#agents/store";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { AgentParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/{agentId}",
	policy: "read",
	tags: ["Agents"],
	summary: "Get an agent",
	request: { params: AgentParams },
	responses: { 200: jsonAnswer("The agent.", Agent) },
});

export function mountGetAgent(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { context } = c.var;
		return c.json(agentView(await getAgent(context, c.req.valid("param").agentId), context.origin), 200);
	});
}
