/** Lets the caller authorise us, for himself, at a server that wants OAuth. */
import type { ToolsContext } from "#tools/context";
import { callbackUrl, clientDocumentUrl } from "#tools/mcp/oauth/oauth-client";
import { connectionFor } from "./connection-name.ts";
import { oauthServer } from "./find-server.ts";
import type { McpAuthorization } from "#tools/mcp/oauth/schema";

/** Throws `conflict` for a server that wants no OAuth. */
export async function authorizeServer(ctx: ToolsContext, id: string): Promise<McpAuthorization> {
	const server = await oauthServer(ctx, id);
	const clientMetadataUrl = clientDocumentUrl(ctx.origin);
	const request = { redirectUrl: callbackUrl(ctx.origin), ...(clientMetadataUrl && { clientMetadataUrl }) };
	return await connectionFor(ctx, server).authorize(request);
}
