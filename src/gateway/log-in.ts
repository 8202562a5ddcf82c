/** Email and password to a session; known and unknown emails get the same answer in the same time. */
import { sha256 } from "#core/crypto";
import { AppError } from "#core/errors";
import type { GatewayContext } from "./context.ts";
import { createFirstAdmin } from "./first-admin.ts";
import { openSession } from "./open-session.ts";
import { checkPassword } from "./password.ts";
import type { LoginRequest, LoginResponse } from "./schema.ts";
import { findUserByEmail, recordLogin } from "./store.ts";
import { sessionUser } from "./user-view.ts";

const pollMs = 250;
const maxPolls = 40;

/** Throws `invalid_credentials`, or `account_locked` after five failures from the same address. */
export async function logIn(
	ctx: GatewayContext,
	{ email, password, rememberMe }: LoginRequest,
	client: { address: string; userAgent: string },
): Promise<LoginResponse> {
	await createFirstAdmin(ctx);
	const attempts = ctx.loginAttempts(await sha256(email));
	const address = await sha256(client.address);
	const attemptId = await reserveAttempt(attempts, address);
	const user = await findUserByEmail(ctx.db, email);
	const right = await checkPassword(password, user?.passwordHash);
	if (!user || !right || !user.isActive) {
		await attempts.fail(attemptId);
		throw wrongCredentials();
	}
	const { id, token, expiresAt } = await openSession(ctx, user, { userAgent: client.userAgent, rememberMe });
	// A change of the password ends the sessions that there are; this one may have come just after.
	if (!(await recordLogin(ctx.db, user))) {
		await Promise.all([ctx.account(user.id).endSession(id), attempts.fail(attemptId)]);
		throw wrongCredentials();
	}
	await attempts.succeed(address);
	return { token, user: sessionUser(user), expiresAt };
}

function wrongCredentials(): AppError {
	return new AppError("invalid_credentials", "The email or the password is wrong.");
}

async function reserveAttempt(attempts: ReturnType<GatewayContext["loginAttempts"]>, address: string): Promise<number> {
	for (let poll = 0; poll < maxPolls; poll++) {
		const reservation = await attempts.reserve(address);
		if (reservation.outcome === "reserved") return reservation.attemptId;
		if (reservation.outcome === "locked") {
			throw new AppError("account_locked", "Too many failed logins; wait before the next.", {
				details: { retryAfter: reservation.retryAfterMs / 1000 },
			});
		}
		await scheduler.wait(pollMs);
	}
	throw new AppError("service_unavailable", "Too many logins at once; try again soon.", { details: { retryAfter: 5 } });
}
