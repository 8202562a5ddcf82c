/** One user's authorisation at one MCP server: what of it is kept, all of it sealed. */
import type { AuthorizationServerMetadata, StoredOAuthClientInformation } from "@modelcontextprotocol/client";

export interface Grant {
	/** The server's address that it was given for; for another it is none. */
	url: string;
	/** The client that was registered for it, with the address that it was registered to be answered at. */
	client?: { information: StoredOAuthClientInformation; redirectUrl: string };
	pending?: PendingAuthorization;
	tokens?: IssuedTokens;
}

/** The authorization server that was asked, as which client, and for what. */
export interface Authority {
	url: string;
	metadata?: AuthorizationServerMetadata;
	client: StoredOAuthClientInformation;
	/** RFC 8707. */
	resource?: string;
	scope?: string;
}

export interface PendingAuthorization {
	state: string;
	codeVerifier: string;
	redirectUrl: string;
	/** Epoch milliseconds. */
	expiresAt: number;
	authority: Authority;
}

export interface IssuedTokens {
	access: string;
	refresh?: string;
	/** Epoch milliseconds; left out where the authorization server did not say. */
	expiresAt?: number;
	authority: Authority;
}

/** What a server said it wants (RFC 9728 §5.1, RFC 6750 §3). */
export interface Challenge {
	resourceMetadataUrl?: string;
	scope?: string;
}
