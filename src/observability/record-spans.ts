/** Stores spans, however many, in as few statements as serve. */
import type { SpanRecord } from "#core/telemetry";
import { type Database, insertSpans, type NewSpan, type NewTrace } from "./store.ts";

/** D1 would take more at once, but its database does nothing else meanwhile: others wait a few milliseconds. */
const maxSpans = 500;
/** In UTF-16 units of all attributes, at most three bytes each; D1 refuses a parameter of 2 MB. */
const maxAttributesLength = 400_000;
/** The last moment that a JavaScript Date can hold, in milliseconds. */
const endOfTime = 8.64e15;

/** Safe to repeat: queues deliver at least once. */
export async function recordSpans(db: Database, spans: Iterable<SpanRecord>): Promise<void> {
	for (const batch of batchesOf(spans)) await insertSpans(db, batch.map(spanRow), traceRows(batch));
}

function* batchesOf(spans: Iterable<SpanRecord>): Generator<SpanRecord[]> {
	let batch: SpanRecord[] = [];
	let length = 0;
	for (const span of spans) {
		const more = JSON.stringify(span.attributes).length;
		if (batch.length > 0 && (batch.length === maxSpans || length + more > maxAttributesLength)) {
			yield batch;
			batch = [];
			length = 0;
		}
		batch.push(span);
		length += more;
	}
	if (batch.length > 0) yield batch;
}

function spanRow(span: SpanRecord): NewSpan {
	const { traceId, userId = "", spanId, parentSpanId = null, name, service, kind, startTime, endTime } = span;
	return [traceId, userId, spanId, parentSpanId, name, service, kind, startTime, endTime, span.status, span.attributes];
}

/** One row for each user's part of a trace. */
function traceRows(spans: SpanRecord[]): NewTrace[] {
	const rows = new Map<string, NewTrace>();
	for (const span of spans) {
		const { traceId, userId = "", startTime, endTime } = span;
		const key = traceId + userId;
		const [, , start, end, root] = rows.get(key) ?? [traceId, userId, startTime, endTime, rootOf(span)];
		const least = rootOf(span) < root ? rootOf(span) : root;
		rows.set(key, [traceId, userId, Math.min(start, startTime), Math.max(end, endTime), least]);
	}
	return [...rows.values()];
}

/** The root is the least of these texts: a span without parent, then the earliest, then the longest. */
function rootOf({ parentSpanId, startTime, endTime, name, service }: SpanRecord): string {
	const digits = (time: number) => String(time).padStart(16, "0");
	const rank = `${parentSpanId === undefined ? 0 : 1}${digits(startTime)}${digits(endOfTime - endTime)}`;
	return JSON.stringify([rank, name, service]);
}
