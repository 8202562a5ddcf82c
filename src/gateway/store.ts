/** The only file with queries on the gateway's D1: its users, by email for logins and in lists for admins. */
import { and, desc, eq, exists, lt, ne, or, type SQL } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import { alias } from "drizzle-orm/sqlite-core";
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import { type Page, pageOf, type PageRequest } from "#core/paging";
import { users } from "./tables.ts";

export type Database = DrizzleD1Database;
export type UserRow = typeof users.$inferSelect;
export type UserChanges = Partial<Pick<UserRow, "role" | "isActive" | "firstName" | "lastName">>;

/** Throws `conflict` where the email or username is taken. */
export async function insertUser(db: Database, user: UserRow): Promise<void> {
	const inserted = await db.insert(users).values(user).onConflictDoNothing().returning({ id: users.id });
	if (inserted.length === 0) throw new AppError("conflict", "The email or username is already in use.");
}

export async function findUserByEmail(db: Database, email: string): Promise<UserRow | undefined> {
	return await db.select().from(users).where(eq(users.email, email)).get();
}

/** Throws `not_found`. */
export async function getUser(db: Database, id: string): Promise<UserRow> {
	const user = await db.select().from(users).where(eq(users.id, id)).get();
	if (!user) throw new AppError("not_found", "There is no such user.");
	return user;
}

export async function listUsers(db: Database, { limit, after }: PageRequest): Promise<Page<UserRow>> {
	const rows = await db
		.select()
		.from(users)
		.where(after && or(lt(users.createdAt, after.at), and(eq(users.createdAt, after.at), lt(users.id, after.id))))
		.orderBy(desc(users.createdAt), desc(users.id))
		.limit(limit + 1);
	return pageOf(rows, limit, (user) => ({ at: user.createdAt, id: user.id }));
}

export async function hasActiveAdmin(db: Database, exceptId?: string): Promise<boolean> {
	const admin = and(eq(users.role, "admin"), eq(users.isActive, true), exceptId ? ne(users.id, exceptId) : undefined);
	return (await db.select({ id: users.id }).from(users).where(admin).limit(1).get()) !== undefined;
}

/** Changes the user unless that would leave no active admin: then nothing happens and the answer is undefined. */
export async function updateUser(db: Database, id: string, changes: UserChanges): Promise<UserRow | undefined> {
	const takesAdmin = changes.isActive === false || (changes.role !== undefined && changes.role !== "admin");
	const [updated] = await db
		.update(users)
		.set({ ...changes, updatedAt: isoTime() })
		.where(and(eq(users.id, id), takesAdmin ? anotherActiveAdmin(db, id) : undefined))
		.returning();
	return updated;
}

/** False where the password is no longer the user's as he was read. */
export async function replacePasswordHash(db: Database, user: UserRow, passwordHash: string): Promise<boolean> {
	return await updateUnchanged(db, user, { passwordHash, updatedAt: isoTime() });
}

/** False where the password is no longer the user's as he was read. */
export async function recordLogin(db: Database, user: UserRow): Promise<boolean> {
	return await updateUnchanged(db, user, { lastLoginAt: isoTime() });
}

async function updateUnchanged(
	db: Database,
	{ id, passwordHash }: UserRow,
	changes: Partial<UserRow>,
): Promise<boolean> {
	const unchanged = and(eq(users.id, id), eq(users.passwordHash, passwordHash));
	return (await db.update(users).set(changes).where(unchanged).returning({ id: users.id })).length > 0;
}

function anotherActiveAdmin(db: Database, id: string): SQL {
	const others = alias(users, "others");
	return exists(
		db
			.select({ id: others.id })
			.from(others)
			.where(and(eq(others.role, "admin"), eq(others.isActive, true), ne(others.id, id))),
	);
}
