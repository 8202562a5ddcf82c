/** A new token for the caller's session; the one that asked for it dies. */
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import { signToken } from "./access-token.ts";
import type { GatewayContext } from "./context.ts";
import type { TokenResponse } from "./schema.ts";

/** Throws `forbidden` for an API key, which has no session. */
export async function refreshSession(ctx: GatewayContext): Promise<TokenResponse> {
	const { caller } = ctx;
	const account = ctx.account(caller.userId);
	const session = await account.session(caller.credentialId ?? "");
	if (!session) throw new AppError("forbidden", "An API key has no session.");
	const expiresAt = Date.now() + session.lifetimeMs;
	const { token, hash } = await signToken(ctx.tokenKey, { userId: caller.userId, sessionId: session.id, expiresAt });
	if (!(await account.refreshSession(session.id, hash, expiresAt))) {
		throw new AppError("unauthenticated", "The session has ended.");
	}
	return { token, expiresAt: isoTime(expiresAt) };
}
