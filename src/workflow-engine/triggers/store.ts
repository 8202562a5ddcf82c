/** The queries of triggers; those of a caller see only the caller's own, whatever his role. */
import { and, count, desc, eq, type SQL, sql } from "drizzle-orm";
import { AppError } from "#core/errors";
import { after } from "#core/owned-rows";
import { type Page, type PageRequest, pageOf } from "#core/paging";
import type { RunError } from "#run/run";
import type { WorkflowsDb } from "#workflow-engine/context";
import type { Scope } from "#workflow-engine/store";
import { type TriggerRow, workflowTriggers } from "./tables.ts";

const mostOfOwner = 1_000;
const mostOfWorkflow = 100;

const { id, workflowId, ownerId, enabled, sourceWorkflowId, revision, createdAt, lastExecutionId } = workflowTriggers;

/** Throws `limit_exceeded` where the owner or the workflow has too many. */
export async function insertTrigger({ db }: Scope, trigger: TriggerRow): Promise<void> {
	const countOf = (where: SQL) => db.select({ n: count() }).from(workflowTriggers).where(where);
	const isOneTooMany = sql`(${countOf(eq(ownerId, trigger.ownerId))} > ${mostOfOwner}
		OR ${countOf(eq(workflowId, trigger.workflowId))} > ${mostOfWorkflow})`;
	// One transaction: the trigger is counted with all others, and taken out again before anybody sees it.
	const [, refused] = await db.batch([
		db.insert(workflowTriggers).values(trigger),
		db
			.delete(workflowTriggers)
			.where(and(eq(id, trigger.id), isOneTooMany))
			.returning({ id }),
	]);
	if (refused.length === 0) return;
	throw new AppError(
		"limit_exceeded",
		`A workflow has ${mostOfWorkflow} triggers at most, and an owner ${mostOfOwner}; delete some first.`,
	);
}

/** Throws `not_found`. */
export async function getTrigger({ db, caller }: Scope, ofWorkflow: string, triggerId: string): Promise<TriggerRow> {
	const isIt = and(eq(id, triggerId), eq(workflowId, ofWorkflow), eq(ownerId, caller.userId));
	const found = await db.select().from(workflowTriggers).where(isIt).get();
	if (!found) throw new AppError("not_found", "There is no such trigger.");
	return found;
}

export async function listTriggers(
	{ db, caller }: Scope,
	ofWorkflow: string,
	request: PageRequest,
): Promise<Page<TriggerRow>> {
	const rows = await db
		.select()
		.from(workflowTriggers)
		.where(and(eq(ownerId, caller.userId), eq(workflowId, ofWorkflow), after(request, createdAt, id)))
		.orderBy(desc(createdAt), desc(id))
		.limit(request.limit + 1);
	return pageOf(rows, request.limit, (row) => ({ at: row.createdAt, id: row.id }));
}

/** Replaces what its owner decides, unless that has changed since `previous` was read. */
export async function updateTrigger({ db }: Scope, trigger: TriggerRow, previous: TriggerRow): Promise<void> {
	const { lastFiredAt: _, lastExecutionId: __, suspended: ___, lastError, ...decided } = trigger;
	const updated = await db
		.update(workflowTriggers)
		// Only he himself forgets an error.
		.set(lastError === null ? { ...decided, lastError } : decided)
		.where(and(eq(id, trigger.id), eq(revision, previous.revision)))
		.returning({ id });
	if (updated.length === 0) throw new AppError("conflict", "The trigger was changed by somebody else meanwhile.");
}

export async function deleteTrigger({ db }: Scope, triggerId: string): Promise<void> {
	await db.delete(workflowTriggers).where(eq(id, triggerId));
}

/** Of all triggers of an owner. */
export async function setOwnerAccess(
	db: WorkflowsDb,
	userId: string,
	access: Pick<TriggerRow, "role" | "suspended">,
): Promise<void> {
	await db.update(workflowTriggers).set(access).where(eq(ownerId, userId));
}

/** For what is fired, of whomever it is. */
export async function enabledTriggers(db: WorkflowsDb, ids: string[]): Promise<Map<string, TriggerRow>> {
	const rows = await db
		.select()
		.from(workflowTriggers)
		.where(and(isOneOf(id, ids), eq(enabled, true)));
	return new Map(rows.map((row) => [row.id, row]));
}

/** Those that follow one of the workflows. */
export async function triggersOnEndsOf(
	db: WorkflowsDb,
	workflowIds: string[],
	ownerIds: string[],
): Promise<TriggerRow[]> {
	return await db
		.select()
		.from(workflowTriggers)
		.where(and(isOneOf(sourceWorkflowId, workflowIds), isOneOf(ownerId, ownerIds), eq(enabled, true)));
}

/** What came of a cause: an execution, or the reason why there is none. */
export interface Fired {
	triggerId: string;
	executionId?: string;
	error?: RunError;
	/** Nothing will come of it any more. */
	isOver?: boolean;
}

export async function recordFired(db: WorkflowsDb, outcomes: Fired[], at: string): Promise<void> {
	const [first, ...more] = outcomes.map(({ triggerId, executionId, error, isOver }) =>
		db
			.update(workflowTriggers)
			.set(
				executionId === undefined
					? { lastError: error ?? null, ...(isOver && { enabled: false, nextRunAt: null }) }
					: { lastFiredAt: at, lastExecutionId: executionId, lastError: null },
			)
			// The same cause once more is no news.
			.where(and(eq(id, triggerId), sql`${lastExecutionId} IS NOT ${executionId ?? ""}`)),
	);
	if (first) await db.batch([first, ...more]);
}

/** Shows when schedules are due next, where they still are what was read. */
export async function recordNextRuns(
	db: WorkflowsDb,
	planned: Array<{ trigger: TriggerRow; nextRunAt: string | null }>,
): Promise<void> {
	const [first, ...more] = planned.map(({ trigger, nextRunAt }) =>
		db
			.update(workflowTriggers)
			.set({ nextRunAt })
			.where(and(eq(id, trigger.id), eq(revision, trigger.revision))),
	);
	if (first) await db.batch([first, ...more]);
}

function isOneOf(column: typeof id | typeof ownerId | typeof sourceWorkflowId, values: string[]): SQL {
	return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`;
}
