/** The queries of the tools database; each one sees only what its caller may see. */
import { and, count, desc, eq, getTableColumns, notInArray, or, type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import { madeOnce } from "#core/made-once";
import { after, visible } from "#core/owned-rows";
import { type Page, type PageRequest, pageOf } from "#core/paging";
import { upsertInto } from "#core/upsert";
import type { ToolsDb } from "./context.ts";
import { toolExecutions, tools, toolVersions } from "./tables.ts";

export type ToolRow = typeof tools.$inferSelect;
export type ExecutionRow = typeof toolExecutions.$inferSelect;
export type ListedExecution = ExecutionRow & { retriedBy: string | null };

const mostToolsOfOwner = 500;
const mostVersionsOfTool = 100;

/** A database and on whose behalf it is asked. */
export interface Scope {
	db: ToolsDb;
	readonly caller: Caller;
}

export interface ToolFilter {
	search?: string;
	status?: ToolRow["status"];
	type?: ToolRow["type"];
}

export const openDb = madeOnce((database: D1Database): ToolsDb => drizzle(database));

/** Throws `conflict` for a name that the owner has given already, `limit_exceeded` where he has too many of the type. */
export async function insertTool({ db, caller }: Scope, tool: ToolRow): Promise<void> {
	const { id, ownerId, type } = tool;
	const alike = db
		.select({ n: count() })
		.from(tools)
		.where(and(eq(tools.ownerId, ownerId), eq(tools.type, type)));
	const isOneTooMany = sql`${alike} > ${mostToolsOfOwner}`;
	try {
		// One transaction: the tool is counted with all others, and taken out again before anybody sees it.
		const [, , , refused] = await db.batch([
			db.insert(tools).values(tool),
			db.insert(toolVersions).values(versionOf(tool, caller.userId)),
			db.delete(toolVersions).where(and(eq(toolVersions.toolId, id), isOneTooMany)),
			db
				.delete(tools)
				.where(and(eq(tools.id, id), isOneTooMany))
				.returning({ id: tools.id }),
		]);
		if (refused.length === 0) return;
	} catch (error) {
		if (/UNIQUE constraint/.test(`${String(error)} ${String((error as Error).cause)}`)) {
			throw new AppError("conflict", `You have a tool named "${tool.name}" already.`);
		}
		throw error;
	}
	throw new AppError("limit_exceeded", `An owner has ${mostToolsOfOwner} ${type} tools at most; delete some first.`);
}

/** Prepared, because every call of a tool begins with it. */
const toolById = madeOnce((db: ToolsDb) => {
	const hasId = eq(tools.id, sql.placeholder("id"));
	const isTheirs = or(eq(tools.ownerId, sql.placeholder("userId")), eq(tools.shared, true));
	const select = (where: SQL | undefined) => db.select().from(tools).where(where).prepare();
	return { ofAnybody: select(hasId), visible: select(and(hasId, isTheirs)) };
});

/** Undefined also for another owner's tool that is not shared. */
export async function findTool({ db, caller }: Scope, id: string): Promise<ToolRow | undefined> {
	const { ofAnybody, visible: theirs } = toolById(db);
	return await (caller.role === "admin" ? ofAnybody.get({ id }) : theirs.get({ id, userId: caller.userId }));
}

export async function listTools(scope: Scope, request: PageRequest, filter: ToolFilter): Promise<ToolRow[]> {
	return await scope.db
		.select()
		.from(tools)
		.where(and(matching(scope.caller, filter), after(request, tools.createdAt, tools.id)))
		.orderBy(desc(tools.createdAt), desc(tools.id))
		.limit(request.limit + 1);
}

/** A page of the tools that the caller can use as his own: also an admin's are his and shared ones, not everybody's. */
export async function listOwnTools({ db, caller }: Scope, request: PageRequest): Promise<ToolRow[]> {
	return await db
		.select()
		.from(tools)
		.where(and(usable(caller), eq(tools.ownerId, caller.userId), after(request, tools.createdAt, tools.id)))
		.orderBy(desc(tools.createdAt), desc(tools.id))
		.limit(request.limit + 1);
}

/** One of them, by its id or by the name that it has among the caller's. */
export async function findOwnTool({ db, caller }: Scope, by: { id: string } | { name: string }) {
	const named = "id" in by ? eq(tools.id, by.id) : and(eq(tools.name, by.name), eq(tools.ownerId, caller.userId));
	return await db
		.select()
		.from(tools)
		.where(and(usable(caller), named))
		.get();
}

export async function countTools({ db, caller }: Scope, filter: ToolFilter): Promise<number> {
	const row = await db.select({ n: count() }).from(tools).where(matching(caller, filter)).get();
	return row?.n ?? 0;
}

/** Replaces the tool, unless it has changed since `previous` was read; its oldest versions are forgotten. */
export async function updateTool({ db, caller }: Scope, tool: ToolRow, previous: ToolRow): Promise<void> {
	const isVersionOfIt = eq(toolVersions.toolId, tool.id);
	// `1.0.10` comes after `1.0.9`.
	const newest = db
		.select({ version: toolVersions.version })
		.from(toolVersions)
		.where(isVersionOfIt)
		.orderBy(desc(sql`length(${toolVersions.version})`), desc(toolVersions.version))
		.limit(mostVersionsOfTool);
	const unchanged = and(eq(tools.id, tool.id), eq(tools.version, previous.version));
	const [updated] = await db.batch([
		db.update(tools).set(tool).where(unchanged).returning({ id: tools.id }),
		db.insert(toolVersions).values(versionOf(tool, caller.userId)).onConflictDoNothing(),
		db.delete(toolVersions).where(and(isVersionOfIt, notInArray(toolVersions.version, newest))),
	]);
	if (updated.length === 0) throw new AppError("conflict", "The tool was changed by somebody else meanwhile.");
}

export async function deleteTool({ db }: Scope, id: string): Promise<void> {
	await db.batch([
		db.delete(tools).where(eq(tools.id, id)),
		db.delete(toolVersions).where(eq(toolVersions.toolId, id)),
	]);
}

export async function listExecutions(
	{ db, caller }: Scope,
	request: PageRequest,
	filter: { toolId?: string; status?: ExecutionRow["status"]; deadLetter?: boolean },
): Promise<Page<ListedExecution>> {
	const rows = await db
		.select({ ...getTableColumns(toolExecutions), retriedBy })
		.from(toolExecutions)
		.where(
			and(
				visible(caller, toolExecutions),
				after(request, toolExecutions.startTime, toolExecutions.id),
				filter.toolId ? eq(toolExecutions.toolId, filter.toolId) : undefined,
				filter.status ? eq(toolExecutions.status, filter.status) : undefined,
				filter.deadLetter === undefined ? undefined : sql`${filter.deadLetter ? sql`` : sql`NOT `}(${isDeadLetter})`,
			),
		)
		.orderBy(desc(toolExecutions.startTime), desc(toolExecutions.id))
		.limit(request.limit + 1);
	return pageOf(rows, request.limit, ({ startTime, id }) => ({ at: startTime, id }));
}

/** A dead letter does not change when it is tried again: who tries it again says so. */
const retriedBy = sql<
	string | null
>`(SELECT next.id FROM tool_executions AS next WHERE next.retry_of = tool_executions.id)`;
const isDeadLetter = sql`${toolExecutions.deadLetter} = 1 AND ${retriedBy} IS NULL`;

const upsertExecution = upsertInto(toolExecutions, "WHERE excluded.revision > revision");

/** Shows executions in the list; older revisions never overwrite newer ones. */
export async function upsertExecutions({ $client: d1 }: ToolsDb, rows: ExecutionRow[]): Promise<void> {
	if (rows.length > 0) await d1.batch(rows.map((row) => upsertExecution(d1, row)));
}

function matching(caller: Caller, { search, status, type }: ToolFilter): SQL | undefined {
	return and(
		visible(caller, tools, tools.shared),
		status && eq(tools.status, status),
		type && eq(tools.type, type),
		search ? sql`instr(lower(${tools.name} || ' ' || ${tools.description}), ${search.toLowerCase()}) > 0` : undefined,
	);
}

function usable(caller: Caller): SQL | undefined {
	return and(eq(tools.status, "active"), or(eq(tools.ownerId, caller.userId), eq(tools.shared, true)));
}

function versionOf(tool: ToolRow, createdBy: string): typeof toolVersions.$inferSelect {
	const { config } = tool;
	// What a tool was stays on record; the secrets that it had do not.
	const definition = "secrets" in config ? { ...tool, config: { ...config, secrets: {} } } : tool;
	return { toolId: tool.id, version: tool.version, definition, createdBy, createdAt: tool.updatedAt };
}
