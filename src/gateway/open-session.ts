/** Opens a session for a user whose password was right; a disabled one gets the answer of a wrong password. */
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import { newId } from "#core/ids";
import { signToken } from "./access-token.ts";
import type { GatewayContext } from "./context.ts";
import type { TokenResponse } from "./schema.ts";
import type { UserRow } from "./store.ts";

const hourMs = 3_600_000;
const lifetimeMs = 12 * hourMs;
const rememberedLifetimeMs = 30 * 24 * hourMs;

export async function openSession(
	ctx: GatewayContext,
	user: UserRow,
	client: { userAgent: string; rememberMe?: boolean },
): Promise<TokenResponse & { id: string }> {
	const account = ctx.account(user.id);
	await account.create({ userId: user.id, role: user.role, disabled: !user.isActive });
	const now = Date.now();
	const lifetime = client.rememberMe ? rememberedLifetimeMs : lifetimeMs;
	const session = { id: newId("lgn"), createdAt: now, lastUsedAt: now, expiresAt: now + lifetime };
	const { token, hash } = await signToken(ctx.tokenKey, {
		userId: user.id,
		sessionId: session.id,
		expiresAt: session.expiresAt,
	});
	const userAgent = client.userAgent.slice(0, 256);
	const opened = await account.openSession({ ...session, tokenHash: hash, userAgent, lifetimeMs: lifetime });
	if (!opened) throw new AppError("invalid_credentials", "The email or the password is wrong.");
	return { id: session.id, token, expiresAt: isoTime(session.expiresAt) };
}
