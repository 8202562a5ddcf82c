/** The clauses that lists of owned rows share: what the caller may see, and what comes after the page before. */
import { eq, or, type SQL, sql } from "drizzle-orm";
import type { AnySQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Caller } from "./caller.ts";
import type { PageRequest } from "./paging.ts";

/** The caller's own rows, and shared ones where the table has them; all for an admin. */
export function visible(
	caller: Caller,
	table: { ownerId: AnySQLiteColumn },
	shared?: AnySQLiteColumn,
): SQL | undefined {
	if (caller.role === "admin") return undefined;
	const own = eq(table.ownerId, caller.userId);
	return shared ? or(own, eq(shared, true)) : own;
}

/** Rows that come after the last page's last one, in descending order. */
export function after({ after: position }: PageRequest, at: AnySQLiteColumn, id: AnySQLiteColumn): SQL | undefined {
	return position && sql`(${at}, ${id}) < (${position.at}, ${position.id})`;
}
