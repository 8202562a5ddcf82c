/** The queries of the tools that MCP servers offer. */
import { and, eq, exists, sql } from "drizzle-orm";
import { isoTime } from "#core/clock";
import type { ToolsDb } from "#tools/context";
import type { Scope } from "#tools/store";
import { tools } from "#tools/tables";
import type { McpRow } from "#tools/tool-row";
import { rowValues } from "./row-values.ts";
import type { McpAuth } from "./schema.ts";
import { mcpServers, type McpServerRow } from "./tables.ts";

/** As `nextVersion` counts. */
const digits = "0123456789";
const nextVersion = sql<string>`rtrim(${tools.version}, ${digits}) || (substr(${tools.version}, length(rtrim(${tools.version}, ${digits})) + 1) + 1)`;
/** D1 takes so many statements at once without complaint. */
const batchSize = 50;

/** What its owner decides for all of a server's tools at once; each gets a new version, so that nobody undoes it unseen. */
export async function updateToolsOfServer(
	{ db }: Pick<Scope, "db">,
	serverId: string,
	{ serverUrl, auth, ...changes }: { serverUrl?: string; auth?: McpAuth; shared?: boolean; requiresApproval?: boolean },
): Promise<void> {
	const patch = JSON.stringify({ serverUrl, perUser: auth === undefined ? undefined : auth === "oauth" });
	const config = patch === "{}" ? undefined : sql`json_patch(${tools.config}, ${patch})`;
	await db
		.update(tools)
		.set({ ...changes, ...(config && { config }), version: nextVersion, updatedAt: isoTime() })
		.where(eq(tools.serverId, serverId));
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

/**
 * False where not all of it could be written: somebody changed a tool meanwhile, took a name, or made another of the
 * server that the tools were found at. New tools are as their server is now, not as it was when they were asked for.
 */
export async function saveTools(db: ToolsDb, server: McpServerRow, { added, changed }: ToolChanges): Promise<boolean> {
	const isSame = and(eq(mcpServers.id, server.id), eq(mcpServers.url, server.url), eq(mcpServers.auth, server.auth));
	const { shared, requiresApproval } = mcpServers;
	const same = db.select({ id: mcpServers.id }).from(mcpServers).where(isSame);
	const statements = [
		...added.map((tool) =>
			db
				.insert(tools)
				.select(sql`SELECT ${rowValues(tools, tool, { shared, requiresApproval })} FROM ${mcpServers} WHERE ${isSame}`)
				.onConflictDoNothing()
				.returning({ id: tools.id }),
		),
		...changed.map(({ next, previous }) =>
			db
				.update(tools)
				.set(next)
				.where(and(eq(tools.id, next.id), eq(tools.version, previous.version), exists(same)))
				.returning({ id: tools.id }),
		),
	];
	let written = 0;
	for (let i = 0; i < statements.length; i += batchSize) {
		const [first, ...rest] = statements.slice(i, i + batchSize);
		if (!first) continue;
		for (const rows of await db.batch([first, ...rest])) written += rows.length;
	}
	return written === statements.length;
}
