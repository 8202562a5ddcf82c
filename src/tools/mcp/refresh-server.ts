/** Connects to an MCP server anew and takes up what it offers now. */
import type { ToolsContext } from "#tools/context";
import { ownServer, visibleServer } from "./find-server.ts";
import type { McpServer } from "./schema.ts";
import { serverView } from "./server-view.ts";

export async function refreshServer(ctx: ToolsContext, id: string): Promise<McpServer> {
	await ownServer(ctx, id);
	await ctx.mcpConnection(id).refresh({ tools: true });
	return serverView(ctx, await visibleServer(ctx, id));
}
