/** A tool as MCP offers it: what `tools/list` shows, and what `tools/call` does. */
import type { CallToolResult, InputRequiredResult, ServerContext, Tool } from "@modelcontextprotocol/server";

export interface McpTool {
	definition: Tool;
	/** `args` are as the client sent them. Throws nothing: a tool that fails is a result with `isError`. */
	call(args: unknown, mcp: ServerContext): Promise<CallToolResult | InputRequiredResult>;
}
