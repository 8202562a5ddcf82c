/** An MCP server as the API shows it to the caller: its keys to nobody, the query of its address to its owner alone. */
import { canWrite } from "#core/caller";
import type { ToolsContext } from "#tools/context";
import type { ListedMcpServer, McpServer } from "./schema.ts";
import type { CountedServer } from "./server-store.ts";
import { publicUrl } from "./server-url.ts";

export function serverView(ctx: Pick<ToolsContext, "caller" | "origin">, row: CountedServer): McpServer {
	const { id, name, description, status, capabilities, autoDiscovery, elicitation, shared, requiresApproval, ownerId } =
		row;
	return {
		...{ id, name, url: urlFor(ctx, row), description, status },
		...(row.error !== null && { error: row.error }),
		...(row.notice !== null && { notice: row.notice }),
		...{ toolsDiscovered: row.toolCount, capabilities },
		...(row.transport !== null && { transport: row.transport }),
		...(row.protocolVersion !== null && { protocolVersion: row.protocolVersion }),
		...{ auth: row.auth, authorized: row.authorized, hasApiKey: row.secret !== null },
		...{ autoDiscovery, elicitation, shared, requiresApproval, ownerId },
		healthUrl: `${ctx.origin}/api/v1/mcp/servers/${id}/health`,
		...(row.checkedAt !== null && { checkedAt: row.checkedAt }),
		...{ createdAt: row.createdAt, updatedAt: row.updatedAt },
	};
}

export function listedServerView(ctx: Pick<ToolsContext, "caller">, row: CountedServer): ListedMcpServer {
	const { id, name, status, toolCount, capabilities } = row;
	return { id, name, url: urlFor(ctx, row), status, toolCount, capabilities };
}

function urlFor({ caller }: Pick<ToolsContext, "caller">, row: CountedServer): string {
	return canWrite(caller, row) || caller.userId === row.ownerId ? row.url : publicUrl(row.url);
}
