/** What one request of an MCP client is answered with. */
import type { McpRequestContext, RequestStateCodec } from "@modelcontextprotocol/server";
import type { ToolsContext } from "#tools/context";

export interface McpScope {
	ctx: ToolsContext;
	/** `legacy` is 2025-11-25 and before: there the client cannot be asked anything meanwhile. */
	era: McpRequestContext["era"];
	/** Of what comes back from the client, bound to the caller. */
	state: RequestStateCodec;
}
