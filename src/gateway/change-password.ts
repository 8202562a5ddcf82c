/** Changes the caller's own password and ends all his other sessions. */
import { sha256 } from "#core/crypto";
import { AppError } from "#core/errors";
import type { GatewayContext } from "./context.ts";
import { checkPassword, hashPassword } from "./password.ts";
import type { ChangePasswordRequest } from "./schema.ts";
import { getUser, replacePasswordHash } from "./store.ts";

/** Throws `invalid_credentials` for a wrong current password, and locks like a login does. */
export async function changePassword(
	ctx: GatewayContext,
	{ currentPassword, newPassword }: ChangePasswordRequest,
): Promise<void> {
	const user = await getUser(ctx.db, ctx.caller.userId);
	const attempts = ctx.loginAttempts(await sha256(user.email));
	const reservation = await attempts.reserve(`user:${user.id}`);
	if (reservation.outcome !== "reserved") {
		const retryAfter = reservation.outcome === "locked" ? reservation.retryAfterMs / 1000 : 1;
		throw new AppError("account_locked", "Too many wrong passwords; wait before the next.", {
			details: { retryAfter },
		});
	}
	if (!(await checkPassword(currentPassword, user.passwordHash))) {
		await attempts.fail(reservation.attemptId);
		throw new AppError("invalid_credentials", "The current password is wrong.");
	}
	await attempts.succeed(`user:${user.id}`);
	if (!(await replacePasswordHash(ctx.db, user, await hashPassword(newPassword)))) {
		throw new AppError("invalid_credentials", "The current password has just been changed.");
	}
	await ctx.account(user.id).endSessionsExcept(ctx.caller.credentialId);
}
