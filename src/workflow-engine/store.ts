/** The queries of the workflow-engine database; each one sees only what its caller may see. */
import { and, desc, eq, getTableColumns, notInArray, or, type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { canWrite, type Caller } from "#core/caller";
import { AppError } from "#core/errors";
import { madeOnce } from "#core/made-once";
import { after, visible } from "#core/owned-rows";
import { type Page, type PageRequest, pageOf } from "#core/paging";
import { upsertAllInto } from "#core/upsert";
import type { WorkflowsDb } from "./context.ts";
import type { ExecutionStatus } from "./execution-schema.ts";
import { deleteGraph, insertGraph } from "./graph-rows.ts";
import { workflowExecutions, workflowNodes, workflows, workflowVersions } from "./tables.ts";

export type WorkflowRow = typeof workflows.$inferSelect;
/** Of a list: what the workflow consists of may be long. */
export type ListedWorkflow = Omit<WorkflowRow, "definition">;
export type VersionRow = typeof workflowVersions.$inferSelect;
export type ExecutionRow = typeof workflowExecutions.$inferSelect;

/** A database and on whose behalf it is asked. */
export interface Scope {
	db: WorkflowsDb;
	readonly caller: Caller;
}

export interface WorkflowFilter {
	status?: WorkflowRow["status"];
	category?: string;
	/** Some of the name, in whatever case. */
	name?: string;
	/** Of an agent that some node has. */
	agentId?: string;
	/** Of a tool that some node calls, or that undoes it. */
	toolId?: string;
}

/** The oldest are forgotten; executions keep what they began with. */
const mostVersions = 100;

const { definition: _, ...listedColumns } = getTableColumns(workflows);

export const openDb = madeOnce((database: D1Database): WorkflowsDb => drizzle(database));

export async function insertWorkflow({ db, caller }: Scope, workflow: WorkflowRow): Promise<void> {
	const { id, definition } = workflow;
	await db.batch([
		db.insert(workflows).values(workflow),
		db.insert(workflowVersions).values(versionOf(workflow, caller.userId)),
		...insertGraph(db, id, definition),
	]);
}

/** Prepared, because executions begin with it. */
const workflowById = madeOnce((db: WorkflowsDb) => {
	const hasId = eq(workflows.id, sql.placeholder("id"));
	const isTheirs = or(eq(workflows.ownerId, sql.placeholder("userId")), eq(workflows.shared, true));
	const select = (where: SQL | undefined) => db.select().from(workflows).where(where).prepare();
	return { ofAnybody: select(hasId), visible: select(and(hasId, isTheirs)) };
});

/** Throws `not_found` also for another owner's workflow that is not shared. */
export async function getWorkflow({ db, caller }: Scope, id: string): Promise<WorkflowRow> {
	const { ofAnybody, visible: theirs } = workflowById(db);
	const found = caller.role === "admin" ? ofAnybody.get({ id }) : theirs.get({ id, userId: caller.userId });
	return (await found) ?? missing("workflow");
}

/** The workflow, where the caller may change it; a shared one of somebody else is `forbidden`. */
export async function getOwnWorkflow(scope: Scope, id: string): Promise<WorkflowRow> {
	const workflow = await getWorkflow(scope, id);
	if (!canWrite(scope.caller, workflow))
		throw new AppError("forbidden", "Only its owner may change a shared workflow.");
	return workflow;
}

export async function listWorkflows(
	scope: Scope,
	request: PageRequest,
	filter: WorkflowFilter,
): Promise<Page<ListedWorkflow>> {
	return await pageOfWorkflows(scope, request, matching(filter));
}

export async function listTemplates(scope: Scope, request: PageRequest): Promise<Page<ListedWorkflow>> {
	return await pageOfWorkflows(scope, request, eq(workflows.isTemplate, true));
}

/** Replaces the workflow, unless it has changed since `previous` was read; another version is kept beside those before. */
export async function updateWorkflow(
	{ db, caller }: Scope,
	workflow: WorkflowRow,
	previous: WorkflowRow,
): Promise<void> {
	const { id, revision, version, definition } = workflow;
	const unchanged = and(eq(workflows.id, id), eq(workflows.revision, previous.revision));
	const isNewVersion = version !== previous.version;
	const { definition: __, ...others } = workflow;
	// What comes after the first statement is done only if that one was.
	const isDone = sql`EXISTS (SELECT 1 FROM ${workflows} WHERE ${workflows.id} = ${id} AND ${workflows.revision} = ${revision})`;
	const update = db
		.update(workflows)
		.set(isNewVersion ? workflow : others)
		.where(unchanged)
		.returning({ id: workflows.id });
	const [updated] = isNewVersion
		? await db.batch([
				update,
				insertVersion(db, versionOf(workflow, caller.userId), isDone),
				forgetOldVersions(db, id, isDone),
				...deleteGraph(db, id, isDone),
				...insertGraph(db, id, definition, isDone),
			])
		: await db.batch([update]);
	if (updated.length === 0) throw new AppError("conflict", "The workflow was changed by somebody else meanwhile.");
}

/** Its executions stay readable. */
export async function deleteWorkflow({ db }: Scope, id: string): Promise<void> {
	await db.batch([
		db.delete(workflows).where(eq(workflows.id, id)),
		db.delete(workflowVersions).where(eq(workflowVersions.workflowId, id)),
		...deleteGraph(db, id),
	]);
}

/** Of a workflow that the caller may see. */
export async function listVersions(
	{ db }: Scope,
	workflowId: string,
	request: PageRequest,
): Promise<Page<Omit<VersionRow, "workflowId">>> {
	const { workflowId: of, ...columns } = getTableColumns(workflowVersions);
	const { createdAt, version } = columns;
	const rows = await db
		.select(columns)
		.from(workflowVersions)
		.where(and(eq(of, workflowId), after(request, createdAt, version)))
		.orderBy(desc(createdAt), desc(version))
		.limit(request.limit + 1);
	return pageOf(rows, request.limit, (row) => ({ at: row.createdAt, id: row.version }));
}

/** Of a workflow that the caller may see; throws `not_found`. */
export async function getVersion({ db }: Scope, workflowId: string, version: string): Promise<VersionRow> {
	const isIt = and(eq(workflowVersions.workflowId, workflowId), eq(workflowVersions.version, version));
	return (await db.select().from(workflowVersions).where(isIt).get()) ?? missing("version of the workflow");
}

/** By id: the names of those of the workflows that the caller may run now. */
export async function namesOfWorkflows({ db, caller }: Scope, ids: string[]): Promise<Map<string, string>> {
	const { id, name, status, ownerId, shared } = workflows;
	const isOne = sql`${id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
	const isRunnable = or(eq(status, "active"), and(eq(status, "draft"), eq(ownerId, caller.userId)));
	const rows = await db
		.select({ id, name })
		.from(workflows)
		.where(and(isOne, isRunnable, visible(caller, workflows, shared)));
	return new Map(rows.map((row) => [row.id, row.name]));
}

const upsertRows = upsertAllInto(workflowExecutions, "WHERE excluded.revision > revision");

/** Shows executions in the list; older revisions never overwrite newer ones. */
export async function upsertExecutions({ $client: d1 }: WorkflowsDb, rows: ExecutionRow[]): Promise<void> {
	if (rows.length > 0) await upsertRows(d1, rows).run();
}

export async function listExecutions(
	{ db, caller }: Scope,
	request: PageRequest,
	filter: { workflowId?: string; status?: ExecutionStatus },
): Promise<Page<ExecutionRow>> {
	const { startTime, id, workflowId, state } = workflowExecutions;
	const rows = await db
		.select()
		.from(workflowExecutions)
		.where(
			and(
				visible(caller, workflowExecutions),
				after(request, startTime, id),
				filter.workflowId ? eq(workflowId, filter.workflowId) : undefined,
				filter.status ? eq(state, filter.status) : undefined,
			),
		)
		.orderBy(desc(startTime), desc(id))
		.limit(request.limit + 1);
	return pageOf(rows, request.limit, (row) => ({ at: row.startTime, id: row.id }));
}

async function pageOfWorkflows(
	{ db, caller }: Scope,
	request: PageRequest,
	wanted: SQL | undefined,
): Promise<Page<ListedWorkflow>> {
	const { createdAt, id, shared } = workflows;
	const rows = await db
		.select(listedColumns)
		.from(workflows)
		.where(and(visible(caller, workflows, shared), after(request, createdAt, id), wanted))
		.orderBy(desc(createdAt), desc(id))
		.limit(request.limit + 1);
	return pageOf(rows, request.limit, (row) => ({ at: row.createdAt, id: row.id }));
}

function matching({ status, category, name, agentId, toolId }: WorkflowFilter): SQL | undefined {
	const { workflowId, agentId: agent, toolId: tool, compensationToolId: compensation } = workflowNodes;
	const has = (node: SQL | undefined) =>
		sql`${workflows.id} IN (SELECT ${workflowId} FROM ${workflowNodes} WHERE ${node})`;
	return and(
		status && eq(workflows.status, status),
		category === undefined ? undefined : eq(workflows.category, category),
		name ? sql`instr(lower(${workflows.name}), ${name.toLowerCase()}) > 0` : undefined,
		agentId ? has(eq(agent, agentId)) : undefined,
		toolId ? has(or(eq(tool, toolId), eq(compensation, toolId))) : undefined,
	);
}

function insertVersion(db: WorkflowsDb, row: VersionRow, condition: SQL) {
	const { workflowId, version, name, definition, createdBy, createdAt } = row;
	return db.insert(workflowVersions).select(
		sql`SELECT ${workflowId}, ${version}, ${name}, ${JSON.stringify(definition)}, ${createdBy}, ${createdAt}
			WHERE ${condition}`,
	);
}

function forgetOldVersions(db: WorkflowsDb, id: string, condition: SQL) {
	const { workflowId, version } = workflowVersions;
	const newest = db
		.select({ version })
		.from(workflowVersions)
		.where(eq(workflowId, id))
		// `1.0.10` comes after `1.0.9`.
		.orderBy(desc(sql`length(${version})`), desc(version))
		.limit(mostVersions);
	return db.delete(workflowVersions).where(and(eq(workflowId, id), notInArray(version, newest), condition));
}

function versionOf(workflow: WorkflowRow, createdBy: string): VersionRow {
	const { id, version, name, definition, updatedAt } = workflow;
	return { workflowId: id, version, name, definition, createdBy, createdAt: updatedAt };
}

function missing(what: string): never {
	throw new AppError("not_found", `There is no such ${what}.`);
}
