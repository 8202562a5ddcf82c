/** Changes an MCP server. Its keys stay with the origin that they were given for. */
import { isoTime } from "#core/clock";
import { checkUrl } from "#core/egress";
import type { ToolsContext } from "#tools/context";
import { sealClient } from "#tools/mcp/oauth/oauth-client";
import { connectionFor } from "./connection-name.ts";
import { ownServer, visibleServer } from "./find-server.ts";
import { forgetGrants } from "./forget-grants.ts";
import type { McpServer, UpdateMcpServer } from "./schema.ts";
import { sealHeaders } from "./server-secret.ts";
import { updateServer as storeServer } from "./server-store.ts";
import { updateToolsOfServer } from "./server-tools-store.ts";
import { httpUrl, publicUrl } from "./server-url.ts";
import { serverView } from "./server-view.ts";

export async function updateServer(ctx: ToolsContext, id: string, changes: UpdateMcpServer): Promise<McpServer> {
	const previous = await ownServer(ctx, id);
	const { apiKey, headers, oauth, ...fields } = changes;
	const { url = previous.url, shared, requiresApproval } = fields;
	const { auth = oauth ? "oauth" : apiKey ? "key" : previous.auth } = fields;
	const movesAway = httpUrl(url).origin !== httpUrl(previous.url).origin;
	if (url !== previous.url) await checkUrl(httpUrl(url), ctx.egress);
	const hasNewKeys = apiKey !== undefined || headers !== undefined;
	const losesKeys = movesAway || (auth === "oauth" && previous.auth === "key");
	const losesClient = movesAway || auth === "key";
	const key = await ctx.sealingKey();
	const secret = hasNewKeys || losesKeys ? await sealHeaders(key, id, { apiKey, headers }) : previous.secret;
	const oauthClient = oauth !== undefined || losesClient ? await sealClient(key, id, oauth) : previous.oauthClient;
	await storeServer(ctx, id, { ...fields, auth, secret, oauthClient, updatedAt: isoTime() });
	const forTools = {
		...(auth !== previous.auth && { auth }),
		...(url !== previous.url && { serverUrl: publicUrl(url) }),
		...(shared !== undefined && { shared }),
		...(requiresApproval !== undefined && { requiresApproval }),
	};
	if (Object.keys(forTools).length > 0) await updateToolsOfServer(ctx, id, forTools);
	const isAnotherResource = url !== previous.url || auth !== previous.auth || oauth !== undefined;
	if (isAnotherResource) await forgetGrants(ctx, id);
	else if (shared === false) await forgetGrants(ctx, id, previous.ownerId);
	const connection = connectionFor(ctx, { id, auth }, previous.ownerId);
	const isAnother = isAnotherResource || hasNewKeys;
	const tools = fields.autoDiscovery ?? previous.autoDiscovery;
	await (isAnother ? connection.refresh({ tools }) : connection.reset());
	return serverView(ctx, await visibleServer(ctx, id));
}
