/** Creates a user with his account. */
import { isoTime } from "#core/clock";
import { newId } from "#core/ids";
import type { GatewayContext } from "./context.ts";
import { hashPassword } from "./password.ts";
import type { CreateUserRequest, User } from "./schema.ts";
import { insertUser, type UserRow } from "./store.ts";
import { userView } from "./user-view.ts";

/** Throws `conflict` where the email or username is taken. */
export async function createUser(
	ctx: GatewayContext,
	{ password, firstName, lastName, ...input }: CreateUserRequest,
): Promise<User> {
	const now = isoTime();
	const user: UserRow = {
		...input,
		id: newId("usr"),
		firstName: firstName ?? null,
		lastName: lastName ?? null,
		isActive: true,
		passwordHash: await hashPassword(password),
		lastLoginAt: null,
		createdAt: now,
		updatedAt: now,
	};
	await insertUser(ctx.db, user);
	await ctx.account(user.id).create({ userId: user.id, role: user.role, disabled: false });
	return userView(user);
}
