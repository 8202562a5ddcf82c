/** The queries of grants; only the objects that keep connections open what is in them. */
import { and, eq, ne } from "drizzle-orm";
import type { ToolsDb } from "#tools/context";
import { mcpGrants } from "#tools/mcp/tables";

type GrantRow = typeof mcpGrants.$inferSelect;

/** Sealed. */
export async function findGrant(db: ToolsDb, serverId: string, userId: string): Promise<string | undefined> {
	const row = await db.select({ secret: mcpGrants.secret }).from(mcpGrants).where(of(serverId, userId)).get();
	return row?.secret;
}

export async function saveGrant(db: ToolsDb, grant: GrantRow): Promise<void> {
	const { secret, authorized, updatedAt } = grant;
	await db
		.insert(mcpGrants)
		.values(grant)
		.onConflictDoUpdate({
			target: [mcpGrants.serverId, mcpGrants.userId],
			set: { secret, authorized, updatedAt },
		});
}

export async function deleteGrant(db: ToolsDb, serverId: string, userId: string): Promise<void> {
	await db.delete(mcpGrants).where(of(serverId, userId));
}

/** Who has authorised himself at the server, or has begun to. */
export async function grantees(db: ToolsDb, serverId: string, exceptUserId?: string): Promise<string[]> {
	const others = exceptUserId === undefined ? undefined : ne(mcpGrants.userId, exceptUserId);
	const rows = await db
		.select({ userId: mcpGrants.userId })
		.from(mcpGrants)
		.where(and(eq(mcpGrants.serverId, serverId), others));
	return rows.map(({ userId }) => userId);
}

function of(serverId: string, userId: string) {
	return and(eq(mcpGrants.serverId, serverId), eq(mcpGrants.userId, userId));
}
