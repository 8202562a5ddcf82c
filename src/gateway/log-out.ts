/** Ends the caller's session, and with it its token and its open sockets. */
import { AppError } from "#core/errors";
import { verifyToken } from "./access-token.ts";
import type { GatewayContext } from "./context.ts";

/** `token` may name another session of the same user, which ends too. Throws `forbidden` for an API key. */
export async function logOut(ctx: GatewayContext, token: string | undefined): Promise<void> {
	const { caller } = ctx;
	const account = ctx.account(caller.userId);
	if (!(await account.endSession(caller.credentialId ?? ""))) {
		throw new AppError("forbidden", "An API key has no session to end.");
	}
	const other = token === undefined ? undefined : await verifyToken(ctx.tokenKey, token);
	if (other?.userId === caller.userId) await account.endSession(other.id);
}
