/** Connects to an MCP server anew and takes up what it offers now. */
import type { ToolsContext } from "#tools/context";
import { connectionFor } from "./connection-name.ts";
import { ownServer, visibleServer } from "./find-server.ts";
import type { McpServer } from "./schema.ts";
import { serverView } from "./server-view.ts";

export async function refreshServer(ctx: ToolsContext, id: string): Promise<McpServer> {
	const server = await ownServer(ctx, id);
	await connectionFor(ctx, server, server.ownerId).refresh({ tools: true });
	return serverView(ctx, await visibleServer(ctx, id));
}
