/** `DELETE /api/v1/agents/{agentId}`. */
import { deleteAgent } from "#agents/store";
import { ownAgent } from "#agents/update-agent";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { AgentParams } from "./params.ts";

const route = defineRoute({
	method: "delete",
	path: "/api/v1/agents/{agentId}",
	policy: "write",
	tags: ["Agents"],
	summary: "Delete an agent",
	description: "Its sessions and executions stay readable.",
	request: { params: AgentParams },
	responses: { 204: { description: "It is gone." } },
});

export function mountDeleteAgent(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { id } = await ownAgent(c.var.context, c.req.valid("param").agentId);
		await deleteAgent(c.var.context, id);
		return c.body(null, 204);
	});
}
