/** `GET /api/v1/agents/{agentId}/versions`, newest first. */
import { z } from "zod";
import { AgentVersion } from "#agents/schema";
import { getAgent, listVersions } from "#agents/store";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { AgentParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/{agentId}/versions",
	policy: "read",
	tags: ["Agents"],
	summary: "List the versions of an agent",
	request: { params: AgentParams },
	responses: { 200: jsonAnswer("All versions.", z.object({ versions: z.array(AgentVersion) })) },
});

export function mountListAgentVersions(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { id } = await getAgent(c.var.context, c.req.valid("param").agentId);
		return c.json({ versions: await listVersions(c.var.context, id) }, 200);
	});
}
