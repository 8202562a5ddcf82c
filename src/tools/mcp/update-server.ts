/** Changes an MCP server. Its keys stay with the origin that they were given for. */
import { isoTime } from "#core/clock";
import { checkUrl } from "#core/egress";
import type { ToolsContext } from "#tools/context";
import { ownServer, visibleServer } from "./find-server.ts";
import type { McpServer, UpdateMcpServer } from "./schema.ts";
import { sealHeaders } from "./server-secret.ts";
import { updateServer as storeServer, updateToolsOfServer } from "./server-store.ts";
import { httpUrl, publicUrl } from "./server-url.ts";
import { serverView } from "./server-view.ts";

export async function updateServer(ctx: ToolsContext, id: string, changes: UpdateMcpServer): Promise<McpServer> {
	const previous = await ownServer(ctx, id);
	const { apiKey, headers, ...fields } = changes;
	const { url = previous.url, shared, requiresApproval } = fields;
	const movesAway = httpUrl(url).origin !== httpUrl(previous.url).origin;
	if (url !== previous.url) await checkUrl(httpUrl(url), ctx.egress);
	const hasNewKeys = apiKey !== undefined || headers !== undefined;
	const secret =
		hasNewKeys || movesAway ? await sealHeaders(await ctx.sealingKey(), id, { apiKey, headers }) : previous.secret;
	await storeServer(ctx, id, { ...fields, secret, updatedAt: isoTime() });
	const forTools = {
		...(url !== previous.url && { serverUrl: publicUrl(url) }),
		...(shared !== undefined && { shared }),
		...(requiresApproval !== undefined && { requiresApproval }),
	};
	if (Object.keys(forTools).length > 0) await updateToolsOfServer(ctx, id, forTools);
	const connection = ctx.mcpConnection(id);
	const isAnother = url !== previous.url || hasNewKeys;
	const tools = fields.autoDiscovery ?? previous.autoDiscovery;
	await (isAnother ? connection.refresh({ tools }) : connection.reset());
	return serverView(ctx, await visibleServer(ctx, id));
}
