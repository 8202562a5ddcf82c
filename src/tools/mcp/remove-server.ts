/** Removes an MCP server with its tools. */
import type { ToolsContext } from "#tools/context";
import { ownServer } from "./find-server.ts";
import { deleteServer } from "./server-store.ts";

export async function removeServer(ctx: ToolsContext, id: string): Promise<void> {
	await ownServer(ctx, id);
	// First, so that it takes up no tools of a server that is gone.
	await ctx.mcpConnection(id).forget();
	await deleteServer(ctx, id);
}
