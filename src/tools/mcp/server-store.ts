/** The queries of the registry of MCP servers. */
import { and, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import { AppError } from "#core/errors";
import { after, visible } from "#core/owned-rows";
import { type Page, type PageRequest, pageOf } from "#core/paging";
import type { ToolsDb } from "#tools/context";
import type { Scope } from "#tools/store";
import { tools, toolVersions } from "#tools/tables";
import { maxServersPerOwner } from "./limits.ts";
import { rowValues } from "./row-values.ts";
import { updateToolsOfServer } from "./server-tools-store.ts";
import { mcpGrants, mcpServers, type McpServerRow } from "./tables.ts";

/** A server, how many tools it offers, and whether the caller is authorised there. */
export interface CountedServer extends McpServerRow {
	toolCount: number;
	authorized: boolean;
}

const toolCount = sql<number>`(SELECT count(*) FROM tools WHERE server_id = mcp_servers.id AND status <> 'error')`;
/** Throws `limit_exceeded` for an owner who has as many as one may have, and `conflict` for a name that he has used. */
export async function insertServer({ db }: Scope, server: McpServerRow): Promise<void> {
	const owned = sql`SELECT count(*) FROM ${mcpServers} WHERE owner_id = ${server.ownerId}`;
	const inserted = await unlessNameIsTaken(server.name, () =>
		db
			.insert(mcpServers)
			.select(sql`SELECT ${rowValues(mcpServers, server)} WHERE (${owned}) < ${maxServersPerOwner}`)
			.returning({ id: mcpServers.id }),
	);
	if (inserted.length > 0) return;
	throw new AppError("limit_exceeded", `An owner has ${maxServersPerOwner} MCP servers at most; remove some first.`);
}

/** Undefined also for another owner's server that is not shared. */
export async function findServer({ db, caller }: Scope, id: string): Promise<CountedServer | undefined> {
	const row = await db
		.select({ server: mcpServers, toolCount, authorized: authorized(caller) })
		.from(mcpServers)
		.where(and(eq(mcpServers.id, id), visible(caller, mcpServers, mcpServers.shared)))
		.get();
	return row && counted(row);
}

/** For the object that keeps the connection, which asks for its own server alone. */
export async function serverOfConnection(db: ToolsDb, id: string): Promise<McpServerRow | undefined> {
	return await db.select().from(mcpServers).where(eq(mcpServers.id, id)).get();
}

export async function listServers({ db, caller }: Scope, request: PageRequest): Promise<Page<CountedServer>> {
	const rows = await db
		.select({ server: mcpServers, toolCount, authorized: authorized(caller) })
		.from(mcpServers)
		.where(and(visible(caller, mcpServers, mcpServers.shared), after(request, mcpServers.createdAt, mcpServers.id)))
		.orderBy(desc(mcpServers.createdAt), desc(mcpServers.id))
		.limit(request.limit + 1);
	return pageOf(rows.map(counted), request.limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

export async function updateServer({ db }: Scope, id: string, changes: Partial<McpServerRow>): Promise<void> {
	await unlessNameIsTaken(changes.name ?? "", () => db.update(mcpServers).set(changes).where(eq(mcpServers.id, id)));
}

/** What came of the last attempt to connect. */
export async function saveConnectionState(
	db: ToolsDb,
	id: string,
	state: Partial<
		Pick<
			McpServerRow,
			| "status"
			| "error"
			| "notice"
			| "transport"
			| "protocolVersion"
			| "capabilities"
			| "checkedAt"
			| "updatedAt"
			| "auth"
		>
	>,
): Promise<void> {
	await db.update(mcpServers).set(state).where(eq(mcpServers.id, id));
	if (state.auth) await updateToolsOfServer({ db }, id, { auth: state.auth });
}

/** The server with its tools. */
export async function deleteServer({ db }: Scope, id: string): Promise<void> {
	const ofServer = db.select({ id: tools.id }).from(tools).where(eq(tools.serverId, id));
	await db.batch([
		db.delete(toolVersions).where(inArray(toolVersions.toolId, ofServer)),
		db.delete(tools).where(eq(tools.serverId, id)),
		db.delete(mcpGrants).where(eq(mcpGrants.serverId, id)),
		db.delete(mcpServers).where(eq(mcpServers.id, id)),
	]);
}

function authorized({ userId }: Scope["caller"]): SQL<number> {
	return sql`EXISTS (SELECT 1 FROM mcp_grants WHERE server_id = mcp_servers.id AND user_id = ${userId} AND authorized)`;
}

function counted(row: { server: McpServerRow; toolCount: number; authorized: number }): CountedServer {
	return { ...row.server, toolCount: row.toolCount, authorized: row.authorized === 1 };
}

async function unlessNameIsTaken<T>(name: string, write: () => PromiseLike<T>): Promise<T> {
	try {
		return await write();
	} catch (error) {
		if (/UNIQUE constraint/.test(`${String(error)} ${String((error as Error).cause)}`)) {
			throw new AppError("conflict", `You have a server named "${name}" already.`);
		}
		throw error;
	}
}
