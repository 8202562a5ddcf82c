/** Changes a user's role, names, or whether he may sign in; his account obeys before the list shows it. */
import { AppError } from "#core/errors";
import type { GatewayContext } from "./context.ts";
import type { UpdateUserRequest, User } from "./schema.ts";
import { getUser, hasActiveAdmin, updateUser as updateRow, type UserRow } from "./store.ts";
import { userView } from "./user-view.ts";

/** Throws `not_found`, `conflict` where no active admin would be left, or `service_unavailable` where the change has to be sent again. */
export async function updateUser(
	ctx: GatewayContext,
	id: string,
	{ disabled, isActive = disabled === undefined ? undefined : !disabled, ...changes }: UpdateUserRequest,
): Promise<User> {
	const user = await getUser(ctx.db, id);
	const after = { ...user, role: changes.role ?? user.role, isActive: isActive ?? user.isActive };
	if (isActiveAdmin(user) && !isActiveAdmin(after) && !(await hasActiveAdmin(ctx.db, id))) throw lastAdmin();
	await ctx.account(id).setAccess(accessOf(after));
	const updated = await updateRow(ctx.db, id, { ...changes, isActive });
	if (!updated) {
		// Two admins demoted each other at once: the second keeps his role.
		await ctx.account(id).setAccess(accessOf(user));
		throw lastAdmin();
	}
	if (changes.role !== undefined || isActive !== undefined) await tellAccess(ctx, updated);
	return userView(updated);
}

/** What acts for the user without a request of his obeys, too. */
async function tellAccess(ctx: GatewayContext, user: UserRow): Promise<void> {
	try {
		await ctx.tellAccess(accessOf(user));
	} catch (cause) {
		const message = "The user is changed, but his triggers may still act as before: send the change again.";
		throw new AppError("service_unavailable", message, { cause });
	}
}

function accessOf({ id, role, isActive }: UserRow) {
	return { userId: id, role, disabled: !isActive };
}

function isActiveAdmin({ role, isActive }: UserRow): boolean {
	return role === "admin" && isActive;
}

function lastAdmin(): AppError {
	return new AppError("conflict", "The last active admin cannot be demoted or disabled.");
}
