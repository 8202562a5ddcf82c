/** The platform as an OAuth client: as it describes itself, and as an owner has registered it at a server's. */
import type { OAuthClientMetadata } from "@modelcontextprotocol/client";
import { seal, unseal } from "#core/crypto";
import type { McpOAuthClient } from "./schema.ts";
import type { McpServerRow } from "#tools/mcp/tables";

const callbackPath = "/api/v1/mcp/oauth/callback";
const documentPath = "/api/v1/mcp/oauth/client";

/** Where authorization servers send the user back to. */
export function callbackUrl(origin: string): string {
	return origin + callbackPath;
}

/** Where the client's own description is, which is its id at servers that read it; they do so only over https. */
export function clientDocumentUrl(origin: string): string | undefined {
	return origin.startsWith("https:") ? origin + documentPath : undefined;
}

export function clientMetadata(redirectUrl: string): OAuthClientMetadata {
	return {
		client_name: "Agentic Edge",
		redirect_uris: [redirectUrl],
		grant_types: ["authorization_code", "refresh_token"],
		response_types: ["code"],
	};
}

/** OAuth Client ID Metadata Document. A client that everybody can read of has no secret. */
export function clientDocument(origin: string) {
	const metadata = clientMetadata(callbackUrl(origin));
	return { ...metadata, client_id: origin + documentPath, client_uri: origin, token_endpoint_auth_method: "none" };
}

/** Null where there is nothing to keep. */
export async function sealClient(
	key: CryptoKey,
	serverId: string,
	client: McpOAuthClient | null | undefined,
): Promise<string | null> {
	return client ? await seal(key, rowId(serverId), JSON.stringify(client)) : null;
}

export async function openClient(
	key: CryptoKey,
	{ id, oauthClient }: Pick<McpServerRow, "id" | "oauthClient">,
): Promise<McpOAuthClient | undefined> {
	return oauthClient === null ? undefined : JSON.parse(await unseal(key, rowId(id), oauthClient));
}

function rowId(serverId: string): string {
	return `${serverId} oauth client`;
}
