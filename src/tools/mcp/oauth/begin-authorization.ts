/** Asks for a user's authorisation: finds the authorization server, is known to it, and makes the address to open. */
import {
	auth,
	computeScopeUnion,
	type OAuthClientProvider,
	type OAuthServerInfo,
	type StoredOAuthClientInformation,
} from "@modelcontextprotocol/client";
import { AppError } from "#core/errors";
import { newToken } from "#core/ids";
import type { McpOAuthClient } from "./schema.ts";
import { httpUrl, publicUrl } from "#tools/mcp/server-url";
import { findAuthorizationServer } from "./find-authorization-server.ts";
import type { Challenge, Grant, PendingAuthorization } from "./grant.ts";
import { clientMetadata } from "./oauth-client.ts";
import { unregistered } from "./oauth-failure.ts";
import type { OAuthHttp } from "./oauth-http.ts";

export interface AuthorizationRequest {
	redirectUrl: string;
	/** Where the platform's description of itself can be read. */
	clientMetadataUrl?: string;
}

interface Options extends AuthorizationRequest {
	serverUrl: string;
	challenge: Challenge;
	/** What was registered before, by the owner or by itself. */
	registered?: McpOAuthClient;
	client?: Grant["client"];
}

export interface BegunAuthorization {
	authorizationUrl: string;
	client: NonNullable<Grant["client"]>;
	pending: PendingAuthorization;
}

const pendingMs = 600_000;
const maxUrlLength = 8_000;

export async function beginAuthorization(options: Options, http: OAuthHttp): Promise<BegunAuthorization> {
	const { challenge, registered, redirectUrl } = options;
	const serverUrl = httpUrl(options.serverUrl);
	const found = await findAuthorizationServer(serverUrl, challenge, http);
	const known = options.client?.redirectUrl === redirectUrl ? options.client.information : undefined;
	const { provider, outcome } = flow(options, found, known);
	assertRegistrable(options, found, known);
	const scope = computeScopeUnion(challenge.scope, registered?.scope);
	await auth(provider, { serverUrl, scope, fetchFn: http.fetch });
	const { client, codeVerifier, authorizationUrl } = outcome;
	if (!client || !codeVerifier || !authorizationUrl) throw new Error("The SDK began no authorization.");
	await http.check(authorizationUrl);
	if (authorizationUrl.href.length > maxUrlLength) {
		throw new AppError("bad_gateway", "The authorization server's address is too long.");
	}
	const asked = authorizationUrl.searchParams;
	return {
		authorizationUrl: authorizationUrl.href,
		client: { information: client, redirectUrl },
		pending: {
			...{ state: outcome.state, codeVerifier, redirectUrl, expiresAt: Date.now() + pendingMs },
			authority: {
				url: found.authorizationServerUrl,
				metadata: found.authorizationServerMetadata,
				client,
				resource: asked.get("resource") ?? undefined,
				scope: asked.get("scope") ?? undefined,
			},
		},
	};
}

/** What the SDK asks for on its way to the address, and what it leaves there. */
function flow(options: Options, found: OAuthServerInfo, known: StoredOAuthClientInformation | undefined) {
	const { registered, redirectUrl, clientMetadataUrl, serverUrl } = options;
	const outcome: {
		state: string;
		client?: StoredOAuthClientInformation;
		codeVerifier?: string;
		authorizationUrl?: URL;
	} = { state: newToken(), client: registered ? registeredClient(registered) : known };
	const provider: OAuthClientProvider = {
		...{ redirectUrl, clientMetadata: clientMetadata(redirectUrl), clientMetadataUrl },
		state: () => outcome.state,
		discoveryState: () => found,
		clientInformation: () => outcome.client,
		...(!registered && { saveClientInformation: (client) => void (outcome.client = client) }),
		// It always asks the user: a grant that is there is renewed elsewhere.
		tokens: () => undefined,
		saveTokens: () => {},
		saveCodeVerifier: (verifier) => void (outcome.codeVerifier = verifier),
		codeVerifier: () => outcome.codeVerifier ?? "",
		redirectToAuthorization: (url) => void (outcome.authorizationUrl = url),
		// A server that describes no resource is one itself. The query stays here: there may be a key of the owner's in it.
		...(!found.resourceMetadata && { validateResourceURL: async () => httpUrl(publicUrl(serverUrl)) }),
	};
	return { provider, outcome };
}

function registeredClient({ clientId, clientSecret }: McpOAuthClient): StoredOAuthClientInformation {
	return { client_id: clientId, ...(clientSecret !== undefined && { client_secret: clientSecret }) };
}

function assertRegistrable(
	{ registered, clientMetadataUrl }: Options,
	{ authorizationServerMetadata: metadata }: OAuthServerInfo,
	known: StoredOAuthClientInformation | undefined,
): void {
	if (registered || !metadata || metadata.registration_endpoint !== undefined) return;
	const readsDocuments = clientMetadataUrl !== undefined && metadata.client_id_metadata_document_supported === true;
	if (!readsDocuments && known?.issuer !== metadata.issuer) throw unregistered();
}
