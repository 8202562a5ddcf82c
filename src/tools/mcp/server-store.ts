/** The queries of the registry of MCP servers and of the tools that they offer. */
import { and, desc, eq, inArray, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { AppError } from "#core/errors";
import { after, visible } from "#core/owned-rows";
import { type Page, type PageRequest, pageOf } from "#core/paging";
import type { ToolsDb } from "#tools/context";
import type { Scope } from "#tools/store";
import { tools, toolVersions } from "#tools/tables";
import type { McpRow } from "#tools/tool-row";
import { mcpServers, type McpServerRow } from "./tables.ts";

/** A server and how many tools it offers. */
export interface CountedServer extends McpServerRow {
	toolCount: number;
}

const toolCount = sql<number>`(SELECT count(*) FROM tools WHERE server_id = mcp_servers.id AND status <> 'error')`;
/** D1 takes so many statements at once without complaint. */
const batchSize = 50;

export async function insertServer({ db }: Scope, server: McpServerRow): Promise<void> {
	await unlessNameIsTaken(server.name, () => db.insert(mcpServers).values(server));
}

/** Undefined also for another owner's server that is not shared. */
export async function findServer({ db, caller }: Scope, id: string): Promise<CountedServer | undefined> {
	const row = await db
		.select({ server: mcpServers, toolCount })
		.from(mcpServers)
		.where(and(eq(mcpServers.id, id), visible(caller, mcpServers, mcpServers.shared)))
		.get();
	return row && { ...row.server, toolCount: row.toolCount };
}

/** For the object that keeps the connection, which asks for its own server alone. */
export async function serverOfConnection(db: ToolsDb, id: string): Promise<McpServerRow | undefined> {
	return await db.select().from(mcpServers).where(eq(mcpServers.id, id)).get();
}

export async function listServers({ db, caller }: Scope, request: PageRequest): Promise<Page<CountedServer>> {
	const rows = await db
		.select({ server: mcpServers, toolCount })
		.from(mcpServers)
		.where(and(visible(caller, mcpServers, mcpServers.shared), after(request, mcpServers.createdAt, mcpServers.id)))
		.orderBy(desc(mcpServers.createdAt), desc(mcpServers.id))
		.limit(request.limit + 1);
	const counted = rows.map(({ server, toolCount }) => ({ ...server, toolCount }));
	return pageOf(counted, request.limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

export async function updateServer({ db }: Scope, id: string, changes: Partial<McpServerRow>): Promise<void> {
	await unlessNameIsTaken(changes.name ?? "", () => db.update(mcpServers).set(changes).where(eq(mcpServers.id, id)));
}

/** What its owner decides for all of a server's tools at once. */
export async function updateToolsOfServer(
	{ db }: Scope,
	serverId: string,
	{ serverUrl, ...changes }: { serverUrl?: string; shared?: boolean; requiresApproval?: boolean },
): Promise<void> {
	const config = serverUrl === undefined ? undefined : sql`json_set(${tools.config}, '$.serverUrl', ${serverUrl})`;
	await db
		.update(tools)
		.set({ ...changes, ...(config && { config }) })
		.where(eq(tools.serverId, serverId));
}

/** What came of the last attempt to connect. */
export async function saveConnectionState(
	db: ToolsDb,
	id: string,
	state: Partial<
		Pick<
			McpServerRow,
			"status" | "error" | "notice" | "transport" | "protocolVersion" | "capabilities" | "checkedAt" | "updatedAt"
		>
	>,
): Promise<void> {
	await db.update(mcpServers).set(state).where(eq(mcpServers.id, id));
}

/** The server with its tools. */
export async function deleteServer({ db }: Scope, id: string): Promise<void> {
	const ofServer = db.select({ id: tools.id }).from(tools).where(eq(tools.serverId, id));
	await db.batch([
		db.delete(toolVersions).where(inArray(toolVersions.toolId, ofServer)),
		db.delete(tools).where(eq(tools.serverId, id)),
		db.delete(mcpServers).where(eq(mcpServers.id, id)),
	]);
}

export async function toolsOfServer(db: ToolsDb, serverId: string): Promise<McpRow[]> {
	return (await db.select().from(tools).where(eq(tools.serverId, serverId))) as McpRow[];
}

/** The names that an owner's tools have. */
export async function toolNames(db: ToolsDb, ownerId: string): Promise<Set<string>> {
	const rows = await db.select({ name: tools.name }).from(tools).where(eq(tools.ownerId, ownerId));
	return new Set(rows.map(({ name }) => name));
}

export interface ToolChanges {
	added: McpRow[];
	changed: { next: McpRow; previous: McpRow }[];
}

/** A tool that somebody changed meanwhile is left as it is; so is a name that somebody took. */
export async function saveTools(db: ToolsDb, { added, changed }: ToolChanges): Promise<void> {
	const statements: BatchItem<"sqlite">[] = [
		...added.map((tool) => db.insert(tools).values(tool).onConflictDoNothing()),
		...changed.map(({ next, previous }) =>
			db
				.update(tools)
				.set(next)
				.where(and(eq(tools.id, next.id), eq(tools.version, previous.version))),
		),
	];
	for (let i = 0; i < statements.length; i += batchSize) {
		const [first, ...rest] = statements.slice(i, i + batchSize);
		if (first) await db.batch([first, ...rest]);
	}
}

async function unlessNameIsTaken(name: string, write: () => PromiseLike<unknown>): Promise<void> {
	try {
		await write();
	} catch (error) {
		if (/UNIQUE constraint/.test(`${String(error)} ${String((error as Error).cause)}`)) {
			throw new AppError("conflict", `You have a server named "${name}" already.`);
		}
		throw error;
	}
}
