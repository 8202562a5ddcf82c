/** The JWT that a login gives out: HS256 and nothing else, every claim required (RFC 7519, RFC 8725). */
import { jwtVerify, SignJWT } from "jose";
import { sha256 } from "#core/crypto";
import { newToken } from "#core/ids";
import type { Credential } from "./credential.ts";

const issuer = "agentic-edge";
const audience = "agentic-edge-api";
/** RFC 7518 §3.2: a key at least as long as the hash. */
export const minSecretBytes = 32;

export interface AccessToken {
	token: string;
	/** What the account keeps of the token: the hash of its `jti`. */
	hash: string;
}

export async function tokenKey(secret: string): Promise<CryptoKey> {
	const bytes = new TextEncoder().encode(secret);
	if (bytes.length < minSecretBytes) throw new RangeError(`JWT_SECRET must have at least ${minSecretBytes} bytes.`);
	return await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

/** A new token for the session; `expiresAt` is Unix time in milliseconds. */
export async function signToken(
	key: CryptoKey,
	{ userId, sessionId, expiresAt }: { userId: string; sessionId: string; expiresAt: number },
): Promise<AccessToken> {
	const jti = newToken();
	const token = await new SignJWT({ sid: sessionId })
		.setProtectedHeader({ alg: "HS256", typ: "JWT" })
		.setIssuer(issuer)
		.setAudience(audience)
		.setSubject(userId)
		.setJti(jti)
		.setIssuedAt()
		.setExpirationTime(Math.floor(expiresAt / 1000))
		.sign(key);
	return { token, hash: await sha256(jti) };
}

/** The session that the token names, or undefined for any token that is not exactly one of ours. */
export async function verifyToken(key: CryptoKey, token: string): Promise<Credential | undefined> {
	try {
		const { payload } = await jwtVerify(token, key, {
			algorithms: ["HS256"],
			typ: "JWT",
			issuer,
			audience,
			requiredClaims: ["exp", "sub", "jti", "sid"],
		});
		const { sub, jti, sid, exp } = payload;
		if (!sub || !jti || typeof sid !== "string" || !exp) return undefined;
		return { kind: "session", userId: sub, id: sid, hash: await sha256(jti), expiresAt: exp * 1000 };
	} catch {
		return undefined;
	}
}
