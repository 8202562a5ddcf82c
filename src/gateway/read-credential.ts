/** The one credential of a request, its form and signature checked; the account decides whether it is alive. */
import { verifyToken } from "./access-token.ts";
import { looksLikeApiKey, readApiKey } from "./api-key.ts";
import type { Credential } from "./credential.ts";

const bearerPattern = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;
/** A token in the URL ends up in logs (RFC 6750 §5.3); a second one is a second opinion. */
const tokenInQuery = /[?&]access_token=/i;

/**
 * Checking a signature costs more than the rest of a request, and the answer for one token is always the same. What
 * can change is asked for on every request: expiry here, everything else of the account.
 */
const verified = new Map<string, Credential>();
const maxVerified = 4_096;

/** `socketToken` comes from `Sec-WebSocket-Protocol`. Undefined for none, more than one, or one that is not ours. */
export async function readCredential(
	{ headers, url }: Pick<Request, "headers" | "url">,
	key: CryptoKey,
	socketToken?: string,
): Promise<Credential | undefined> {
	const authorization = headers.get("authorization");
	const apiKey = headers.get("x-api-key");
	const offered = [authorization, apiKey, socketToken].filter((value) => value !== null && value !== undefined);
	if (offered.length !== 1 || tokenInQuery.test(url)) return undefined;
	const bearer = authorization === null ? socketToken : bearerPattern.exec(authorization)?.[1];
	if (apiKey !== null) return looksLikeApiKey(apiKey) ? await known(apiKey, readApiKey) : undefined;
	if (bearer === undefined) return undefined;
	return await known(bearer, looksLikeApiKey(bearer) ? readApiKey : (token) => verifyToken(key, token));
}

async function known(
	secret: string,
	read: (secret: string) => Promise<Credential | undefined>,
): Promise<Credential | undefined> {
	const remembered = verified.get(secret);
	if (remembered && remembered.expiresAt > Date.now()) return remembered;
	verified.delete(secret);
	const credential = await read(secret);
	if (!credential) return undefined;
	if (verified.size >= maxVerified) verified.delete(verified.keys().next().value ?? "");
	verified.set(secret, credential);
	return credential;
}
