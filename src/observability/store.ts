/** Every query of the observability domain; reads take the caller and see what is his, an admin's all. */
import { and, asc, desc, eq, type SQL, sql } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { Caller } from "#core/caller";
import { observabilityEvents, type SpanRow, type TraceRow, traces } from "./tables.ts";

/** Reads go through drizzle; its D1 batches take no raw SQL, so writes go to the client below it. */
export type Database = DrizzleD1Database & { $client: D1Database };

/** A database and on whose behalf it is asked. */
export interface Scope {
	db: Database;
	readonly caller: Caller;
}

/** A trace's place in its list, newest first. */
export interface TracePosition {
	startTime: number;
	/** Trace id and user id in one: the first has a fixed length. */
	key: string;
}

/** D1 takes 100 parameters of 2 MB each, so many rows travel as one JSON text, each an array in the columns' order. */
const insertSpan = `
	INSERT INTO observability_events (
		trace_id, user_id, span_id, parent_span_id, operation_name, service_name, kind, start_time, end_time, status, tags,
		siblings
	)
	SELECT
		value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9,
		value->10, coalesce(value->11, '[]')
	FROM json_each(?1) WHERE true
	ON CONFLICT DO NOTHING`;

/** `rows` are `SentSpan`s as JSON. A span that is there already stays as it is; a trigger keeps `traces`. */
export async function insertSpans({ $client: d1 }: Database, rows: string[]): Promise<void> {
	await d1.prepare(insertSpan).bind(`[${rows.join()}]`).run();
}

/** The earliest spans of a trace that the caller may see, each with its siblings: so there may be more than `limit`. */
export async function findSpans({ db, caller }: Scope, traceId: string, limit: number): Promise<SpanRow[]> {
	return await db
		.select()
		.from(observabilityEvents)
		.where(and(eq(observabilityEvents.traceId, traceId), ownedBy(caller, observabilityEvents.userId)))
		.orderBy(asc(observabilityEvents.startTime), asc(observabilityEvents.spanId))
		.limit(limit);
}

export async function findTraces(
	{ db, caller }: Scope,
	{ limit, after }: { limit: number; after?: TracePosition },
): Promise<TraceRow[]> {
	const key = sql`${traces.traceId} || ${traces.userId}`;
	return await db
		.select()
		.from(traces)
		.where(
			and(
				ownedBy(caller, traces.userId),
				after && sql`(${traces.startTime}, ${key}) < (${after.startTime}, ${after.key})`,
			),
		)
		.orderBy(desc(traces.startTime), desc(traces.traceId), desc(traces.userId))
		.limit(limit);
}

const oldest = "SELECT trace_id, user_id FROM traces WHERE start_time < ?1 ORDER BY start_time LIMIT ?2";

const deleteSpans = `
	DELETE FROM observability_events WHERE (trace_id, user_id, span_id) IN (
		SELECT trace_id, user_id, span_id FROM (${oldest}) CROSS JOIN observability_events USING (trace_id, user_id)
		LIMIT ?2
	)`;

const deleteEmptied = `
	DELETE FROM traces WHERE (trace_id, user_id) IN (${oldest}) AND NOT EXISTS (
		SELECT 1 FROM observability_events AS span
		WHERE (span.trace_id, span.user_id) = (traces.trace_id, traces.user_id)
	)`;

/**
 * Deletes up to `limit` spans of the oldest traces that began before `before`, and the traces that are empty then;
 * returns how many rows went, 0 when all is done.
 */
export async function deleteOldest({ $client: d1 }: Database, before: number, limit: number): Promise<number> {
	const results = await d1.batch([
		d1.prepare(deleteSpans).bind(before, limit),
		d1.prepare(deleteEmptied).bind(before, limit),
	]);
	return results.reduce((sum, { meta }) => sum + meta.changes, 0);
}

function ownedBy(caller: Caller, userId: typeof observabilityEvents.userId | typeof traces.userId): SQL | undefined {
	return caller.role === "admin" ? undefined : eq(userId, caller.userId);
}
