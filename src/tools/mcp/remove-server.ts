/** Removes an MCP server with its tools. */
import type { ToolsContext } from "#tools/context";
import { grantees } from "#tools/mcp/oauth/grant-store";
import { connectionName } from "./connection-name.ts";
import { ownServer } from "./find-server.ts";
import { deleteServer } from "./server-store.ts";

export async function removeServer(ctx: ToolsContext, id: string): Promise<void> {
	await ownServer(ctx, id);
	const users = await grantees(ctx.db, id);
	// First, so that it takes up no tools of a server that is gone.
	const names = [connectionName(id), ...users.map((userId) => connectionName(id, userId))];
	await Promise.all(names.map((name) => ctx.mcpConnection(name).forget()));
	await deleteServer(ctx, id);
}
