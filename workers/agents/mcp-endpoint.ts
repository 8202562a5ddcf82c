/** `POST /api/v1/agents/{agentId}/mcp`: an agent for MCP clients. Its documents are MCP's own, not OpenAPI's. */
import { agentServer } from "#agents/mcp/agent-server";
import { getAgent } from "#agents/store";
import { checkPolicy } from "#http/route";
import { answerMessage } from "#mcp/answer-message";
import type { AgentsApp } from "./routes/app.ts";

/** Without sessions there is nothing to `GET` or `DELETE`: both are 405. */
export function mountAgentMcp(app: AgentsApp): void {
	app.post("/api/v1/agents/:agentId/mcp", async (c) => {
		checkPolicy("run", c.var.caller);
		const { context, span } = c.var;
		const agent = await getAgent(context, c.req.param("agentId"));
		const serve = async () => agentServer(context, span, agent);
		return await answerMessage(c.req.raw, await c.req.text(), { span, serve });
	});
}
