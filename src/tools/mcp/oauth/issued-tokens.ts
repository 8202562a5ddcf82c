/** Tokens as an authorization server has issued them, for a code or for a refresh token. */
import {
	exchangeAuthorization,
	OAuthError,
	OAuthErrorCode,
	type OAuthTokens,
	refreshAuthorization,
} from "@modelcontextprotocol/client";
import { AppError } from "#core/errors";
import type { Authority, IssuedTokens, PendingAuthorization } from "./grant.ts";
import { invalidGrant } from "./oauth-failure.ts";
import type { OAuthHttp } from "./oauth-http.ts";

/** What the browser brought back. */
export interface AuthorizationAnswer {
	code: string;
	state: string;
	/** RFC 9207. */
	iss?: string;
}

const unknownClient: ReadonlySet<string> = new Set([OAuthErrorCode.InvalidClient, OAuthErrorCode.UnauthorizedClient]);

/** Throws `invalid_input` for a code that is not accepted, or an answer of another authorization server. */
export async function redeemCode(
	{ authority, codeVerifier, redirectUrl }: PendingAuthorization,
	{ code, iss }: AuthorizationAnswer,
	http: OAuthHttp,
): Promise<IssuedTokens> {
	const { url, metadata, client, resource } = authority;
	const tokens = await exchangeAuthorization(url, {
		...{ metadata, clientInformation: client, resource, codeVerifier, iss },
		...{ authorizationCode: code, redirectUri: redirectUrl, fetchFn: http.fetch },
	});
	return issued(tokens, authority);
}

/** Why there are no more tokens for a refresh token, and never will be. */
export type Refusal = "invalid" | "unknown client";

export async function refreshTokens(
	authority: Authority,
	refreshToken: string,
	http: OAuthHttp,
): Promise<IssuedTokens | Refusal> {
	const { url, metadata, client, resource } = authority;
	try {
		const request = { metadata, clientInformation: client, resource, refreshToken, fetchFn: http.fetch };
		return issued(await refreshAuthorization(url, request), authority);
	} catch (error) {
		const code = error instanceof OAuthError ? error.code : "";
		if (code === invalidGrant) return "invalid";
		if (unknownClient.has(code)) return "unknown client";
		throw error;
	}
}

function issued(tokens: OAuthTokens, authority: Authority): IssuedTokens {
	const { access_token: access, token_type, refresh_token: refresh, expires_in, scope = authority.scope } = tokens;
	// RFC 6750 §2.1: what can stand in a header.
	if (token_type.toLowerCase() !== "bearer" || !/^[\x21-\x7e]+$/.test(access)) {
		throw new AppError("bad_gateway", "The authorization server issues no bearer tokens.");
	}
	return {
		access,
		...(refresh !== undefined && { refresh }),
		...(expires_in !== undefined && { expiresAt: Date.now() + expires_in * 1_000 }),
		authority: { ...authority, scope },
	};
}
