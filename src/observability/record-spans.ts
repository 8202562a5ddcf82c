/** Stores spans, however many, in as few statements as serve. */
import type { SpanRecord } from "#core/telemetry";
import { type Database, insertSpans, type NewSpan } from "./store.ts";

/** D1 would take more at once, but its database does nothing else meanwhile: others wait a few milliseconds. */
const maxSpans = 500;
/** In UTF-16 units of all rows, at most three bytes each; D1 refuses a parameter of 2 MB. */
const maxLength = 500_000;

/** Safe to repeat: queues deliver at least once. */
export async function recordSpans(db: Database, spans: Iterable<SpanRecord>): Promise<void> {
	let rows: string[] = [];
	let length = 0;
	for (const span of spans) {
		const row = JSON.stringify(rowOf(span));
		if (rows.length === maxSpans || (rows.length > 0 && length + row.length > maxLength)) {
			await insertSpans(db, rows);
			[rows, length] = [[], 0];
		}
		rows.push(row);
		length += row.length;
	}
	if (rows.length > 0) await insertSpans(db, rows);
}

function rowOf(span: SpanRecord): NewSpan {
	const { traceId, userId = "", spanId, parentSpanId = null, name, service, kind, startTime, endTime } = span;
	return [traceId, userId, spanId, parentSpanId, name, service, kind, startTime, endTime, span.status, span.attributes];
}
