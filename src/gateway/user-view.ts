/** A user as the API shows him: never the hash. */
import type { z } from "zod";
import type { SessionUser, User } from "./schema.ts";
import type { UserRow } from "./store.ts";

export function sessionUser({ id, email, role, firstName, lastName }: UserRow): z.infer<typeof SessionUser> {
	return { id, email, role, firstName: firstName ?? undefined, lastName: lastName ?? undefined };
}

export function userView(user: UserRow): User {
	const { username, isActive, lastLoginAt, createdAt, updatedAt } = user;
	return { ...sessionUser(user), username, isActive, lastLoginAt: lastLoginAt ?? undefined, createdAt, updatedAt };
}
