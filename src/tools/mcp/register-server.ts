/** Registers an MCP server and takes up its tools; one that cannot be reached is kept, to be tried again. */
import { isoTime } from "#core/clock";
import { checkUrl } from "#core/egress";
import { newId } from "#core/ids";
import type { ToolsContext } from "#tools/context";
import { sealClient } from "#tools/mcp/oauth/oauth-client";
import { connectionFor } from "./connection-name.ts";
import { visibleServer } from "./find-server.ts";
import type { McpServer, RegisterMcpServer } from "./schema.ts";
import { sealHeaders } from "./server-secret.ts";
import { insertServer } from "./server-store.ts";
import { httpUrl } from "./server-url.ts";
import { serverView } from "./server-view.ts";

/** Throws `address_not_allowed`, and `conflict` for a name that the owner has used. */
export async function registerServer(ctx: ToolsContext, input: RegisterMcpServer): Promise<McpServer> {
	const { apiKey, headers, url, oauth, auth = oauth ? "oauth" : "key", ...fields } = input;
	await checkUrl(httpUrl(url), ctx.egress);
	const id = newId("mcp");
	const now = isoTime();
	const key = await ctx.sealingKey();
	await insertServer(ctx, {
		...{ ...fields, id, url, auth, ownerId: ctx.caller.userId },
		...{ secret: await sealHeaders(key, id, { apiKey, headers }), oauthClient: await sealClient(key, id, oauth) },
		...{ status: "connecting", error: null, notice: null, transport: null, protocolVersion: null, capabilities: [] },
		...{ checkedAt: null, createdAt: now, updatedAt: now },
	});
	await connectionFor(ctx, { id, auth }).refresh({ tools: fields.autoDiscovery });
	return serverView(ctx, await visibleServer(ctx, id));
}
