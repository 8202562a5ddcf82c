/** Finds the authorization server of an MCP server, and refuses what its description must not say. */
import { checkResourceAllowed, discoverOAuthServerInfo, type OAuthServerInfo } from "@modelcontextprotocol/client";
import { AppError } from "#core/errors";
import type { Challenge } from "./grant.ts";
import type { OAuthHttp } from "./oauth-http.ts";

/** Throws `bad_gateway` and `address_not_allowed`. */
export async function findAuthorizationServer(
	serverUrl: URL,
	{ resourceMetadataUrl }: Challenge,
	http: OAuthHttp,
): Promise<OAuthServerInfo> {
	const found = await discoverOAuthServerInfo(serverUrl, {
		resourceMetadataUrl: resourceMetadataUrl === undefined ? undefined : new URL(resourceMetadataUrl),
		fetchFn: http.fetch,
	});
	const { resourceMetadata, authorizationServerMetadata: metadata } = found;
	// The SDK goes on without the description where it cannot be read.
	if (resourceMetadataUrl !== undefined && !resourceMetadata) {
		throw refused("The server's description of its authorisation cannot be read.");
	}
	const configuredResource = resourceMetadata?.resource;
	if (configuredResource !== undefined && !checkResourceAllowed({ requestedResource: serverUrl, configuredResource })) {
		throw refused("The server's description of its authorisation is that of another resource.");
	}
	if (!metadata) return found;
	for (const endpoint of [metadata.authorization_endpoint, metadata.token_endpoint]) await http.check(endpoint);
	// MCP 2026-07-28, basic/authorization, "Authorization Code Protection".
	if (!metadata.code_challenge_methods_supported?.includes("S256")) {
		throw refused("The authorization server does not protect codes by PKCE.");
	}
	return found;
}

function refused(message: string): AppError {
	return new AppError("bad_gateway", message);
}
