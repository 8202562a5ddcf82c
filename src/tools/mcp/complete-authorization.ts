/**
 * Completes an authorisation with what the caller's browser brought back. It is for him to bring it, and for nobody else:
 * whoever opened the address may be another than he who asked for it.
 */
import type { ToolsContext } from "#tools/context";
import { connectionFor } from "./connection-name.ts";
import { oauthServer, visibleServer } from "./find-server.ts";
import type { CompleteMcpAuthorization } from "#tools/mcp/oauth/schema";
import type { McpServer } from "./schema.ts";
import { serverView } from "./server-view.ts";

export async function completeAuthorization(
	ctx: ToolsContext,
	id: string,
	answer: CompleteMcpAuthorization,
): Promise<McpServer> {
	const server = await oauthServer(ctx, id);
	await connectionFor(ctx, server).completeAuthorization(answer);
	return serverView(ctx, await visibleServer(ctx, id));
}
