/** An agent as an MCP server: one tool, which gives it a message and answers what it says. */
import { type CallToolResult, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { AgentsContext } from "#agents/context";
import { ExecuteAgent } from "#agents/schema";
import { runStatuses } from "#run/run";
import type { Span } from "#core/telemetry";
import { version } from "#core/version";
import { failedCall } from "#mcp/failed-call";
import type { AgentRow } from "#agents/store";
import { askAgent } from "./ask-agent.ts";

const Input = z.object({
	message: ExecuteAgent.shape.message,
	sessionId: ExecuteAgent.shape.sessionId.describe("Of an earlier answer: the conversation goes on."),
});
const Output = z.object({
	response: z.string(),
	sessionId: z.string(),
	executionId: z.string(),
	status: z.enum(runStatuses).describe("`input_required`: the response is a question; answer it in the session."),
});

export function agentServer(ctx: AgentsContext, span: Span, { id, name, description }: AgentRow): McpServer {
	const mcp = new McpServer(
		{ name: `agentic-edge/${id}`, title: name, version },
		{ capabilities: { tools: { listChanged: false } } },
	);
	mcp.registerTool(
		"ask",
		{
			title: name,
			description: `Asks the agent "${name}"${description ? `: ${description}` : "."}`,
			inputSchema: Input,
			outputSchema: Output,
		},
		async (input): Promise<CallToolResult> => {
			try {
				const answer = await askAgent(ctx, id, input);
				return { content: [{ type: "text", text: answer.response }], structuredContent: answer };
			} catch (error) {
				return failedCall({ span }, error);
			}
		},
	);
	return mcp;
}
