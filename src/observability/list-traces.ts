/** The caller's traces, newest first; an admin's list has everybody's. */
import { isoTime } from "#core/clock";
import { type Page, pageOf, type PageRequest, type Position, unknownCursor } from "#core/paging";
import type { ObservabilityContext } from "./context.ts";
import type { TraceSummary } from "./schema.ts";
import { findTraces, type TracePosition } from "./store.ts";
import type { TraceRow } from "./tables.ts";

export async function listTraces(ctx: ObservabilityContext, page: PageRequest): Promise<Page<TraceSummary>> {
	const after = page.after && tracePosition(page.after);
	const rows = await findTraces(ctx, { limit: page.limit + 1, after });
	const { items, nextCursor } = pageOf(rows, page.limit, positionOf);
	return { items: items.map(traceSummary), nextCursor };
}

function positionOf({ startTime, traceId, userId }: TraceRow): Position {
	return { at: isoTime(startTime), id: traceId + userId };
}

function tracePosition({ at, id }: Position): TracePosition {
	const startTime = Date.parse(at);
	if (Number.isNaN(startTime)) throw unknownCursor();
	return { startTime, key: id };
}

function traceSummary(row: TraceRow): TraceSummary {
	const [, rootOperation, rootService] = row.root;
	return {
		traceId: row.traceId,
		userId: row.userId || undefined,
		rootOperation,
		rootService,
		startTime: isoTime(row.startTime),
		endTime: isoTime(row.endTime),
		durationMs: Math.max(row.endTime - row.startTime, 0),
		status: row.errorCount > 0 ? "error" : "ok",
		spanCount: row.spanCount,
		errorCount: row.errorCount,
	};
}
