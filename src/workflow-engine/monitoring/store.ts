/** What monitoring asks of the database: the executions and triggers that the caller may see. */
import { and, asc, count, eq, gte, inArray, isNotNull, isNull, lt, type SQL, sql } from "drizzle-orm";
import { visible } from "#core/owned-rows";
import type { Scope } from "#workflow-engine/store";
import { workflowExecutions } from "#workflow-engine/tables";
import { workflowTriggers } from "#workflow-engine/triggers/tables";
import { mostNodes, mostStuck, nodeSample } from "./schema.ts";

export interface Watched {
	workflowId?: string;
	/** ISO 8601. */
	from: string;
}

const { state, startTime, endTime, duration, error, nodeTimes, workflowId, version, id } = workflowExecutions;

export async function countExecutions({ db, caller }: Scope, { from, ...watched }: Watched) {
	const seen = and(visible(caller, workflowExecutions), ofWorkflow(workflowId, watched.workflowId));
	const ended = and(seen, isNotNull(endTime), gte(endTime, from));
	const code = sql<string>`json_extract(${error}, '$.code')`;
	const [open, done, failures] = await db.batch([
		db
			.select({ state, n: count() })
			.from(workflowExecutions)
			// The states are those that the index knows.
			.where(and(seen, isNull(endTime), inArray(state, ["running", "waiting", "paused"])))
			.groupBy(state),
		db.select({ state, n: count() }).from(workflowExecutions).where(ended).groupBy(state),
		db
			.select({ code, count: count() })
			.from(workflowExecutions)
			.where(and(ended, eq(state, "failed"), isNotNull(error)))
			.groupBy(code)
			.orderBy(sql`2 DESC, 1`),
	]);
	return { states: new Map([...open, ...done].map((row) => [row.state, row.n])), failures };
}

interface Spread {
	n: number;
	mean: number | null;
	p50: number | null;
	p95: number | null;
	max: number | null;
}

/** Nearest rank, as `ceil(p · n)`-th of the sorted values. */
const spread = sql`count(*) AS n, avg(value) AS mean, max(value) AS max,
	min(CASE WHEN place >= total * 0.5 THEN value END) AS p50,
	min(CASE WHEN place >= total * 0.95 THEN value END) AS p95`;

export async function executionTimes({ db, caller }: Scope, watched: Watched): Promise<Spread> {
	const found = await db.get<Spread>(sql`
		SELECT ${spread} FROM (
			SELECT ${duration} AS value, row_number() OVER (ORDER BY ${duration}) AS place, count(*) OVER () AS total
			FROM ${workflowExecutions}
			WHERE ${and(visible(caller, workflowExecutions), endedSince(watched))}
		)`);
	return found;
}

export async function nodeTimesOf(
	{ db, caller }: Scope,
	watched: Watched,
): Promise<Array<Spread & { workflowId: string; node: string }>> {
	return await db.all(sql`
		WITH newest AS (
			SELECT ${workflowId} AS workflowId, ${nodeTimes} AS times FROM ${workflowExecutions}
			WHERE ${and(visible(caller, workflowExecutions), endedSince(watched), isNotNull(version))}
			ORDER BY ${endTime} DESC LIMIT ${nodeSample}
		), placed AS (
			SELECT workflowId, key AS node, value,
				row_number() OVER (PARTITION BY workflowId, key ORDER BY value) AS place,
				count(*) OVER (PARTITION BY workflowId, key) AS total
			FROM newest, json_each(newest.times)
		)
		SELECT workflowId, node, ${spread} FROM placed GROUP BY workflowId, node
		ORDER BY n DESC, workflowId, node LIMIT ${mostNodes}`);
}

export async function countTriggers({ db, caller }: Scope, ofWorkflowId: string | undefined) {
	const { enabled, nextRunAt } = workflowTriggers;
	const found = await db
		.select({
			total: count(),
			enabled: sql<number>`coalesce(sum(${enabled}), 0)`,
			nextRunAt: sql<string | null>`min(CASE WHEN ${enabled} THEN ${nextRunAt} END)`,
		})
		.from(workflowTriggers)
		.where(and(visible(caller, workflowTriggers), ofWorkflow(workflowTriggers.workflowId, ofWorkflowId)))
		.get();
	return found ?? { total: 0, enabled: 0, nextRunAt: null };
}

/** Those that were running when they were last listed and began before `before`, the oldest first. */
export async function longRunning({ db, caller }: Scope, before: string) {
	return await db
		.select({ id, workflowId, startTime })
		.from(workflowExecutions)
		.where(and(visible(caller, workflowExecutions), isNull(endTime), eq(state, "running"), lt(startTime, before)))
		.orderBy(asc(startTime))
		.limit(mostStuck);
}

function endedSince({ from, ...watched }: Watched): SQL | undefined {
	return and(isNotNull(endTime), gte(endTime, from), ofWorkflow(workflowId, watched.workflowId));
}

function ofWorkflow(column: typeof workflowId | typeof workflowTriggers.workflowId, wanted: string | undefined) {
	return wanted === undefined ? undefined : eq(column, wanted);
}
