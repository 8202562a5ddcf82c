/** One trace as a tree, as far as the caller may see it. */
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import type { ObservabilityContext } from "./context.ts";
import type { Trace, TraceSpan } from "./schema.ts";
import { spanTree } from "./span-tree.ts";
import { findSpans } from "./store.ts";
import type { SpanRow } from "./tables.ts";

const maxSpans = 10_000;

export async function getTrace(ctx: ObservabilityContext, traceId: string): Promise<Trace> {
	const found = (await findSpans(ctx, traceId, maxSpans + 1)).flatMap(withSiblings);
	const rows = found.toSorted((a, b) => a.startTime - b.startTime).slice(0, maxSpans);
	const [first] = rows;
	if (!first) throw new AppError("not_found", "There is no trace with this id.");
	const startTime = first.startTime;
	const endTime = rows.reduce((latest, row) => Math.max(latest, row.endTime), startTime);
	return {
		traceId,
		startTime: isoTime(startTime),
		endTime: isoTime(endTime),
		durationMs: endTime - startTime,
		spanCount: rows.length,
		services: [...new Set(rows.map(({ serviceName }) => serviceName))].toSorted(),
		truncated: found.length > maxSpans,
		spans: spanTree(rows.map(traceSpan)),
	};
}

function withSiblings(row: SpanRow): SpanRow[] {
	const siblings = row.siblings.map(([spanId, operationName, startTime, tags, endTime = startTime]) => ({
		...{ ...row, spanId, operationName, tags },
		...{ startTime, endTime, duration: endTime - startTime },
	}));
	return [row, ...siblings];
}

function traceSpan(row: SpanRow): TraceSpan {
	return {
		spanId: row.spanId,
		parentSpanId: row.parentSpanId ?? undefined,
		operationName: row.operationName,
		serviceName: row.serviceName,
		kind: row.kind,
		userId: row.userId || undefined,
		startTime: isoTime(row.startTime),
		endTime: isoTime(row.endTime),
		durationMs: row.duration,
		status: row.status,
		tags: row.tags,
		logs: row.logs,
		children: [],
	};
}
