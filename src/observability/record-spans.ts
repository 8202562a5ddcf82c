/** Stores spans, however many, in as few statements as D1's limits allow. */
import type { SpanRecord } from "#core/telemetry";
import { type Database, insertSpans } from "./store.ts";

/**
 * In UTF-16 units, at most three bytes each. D1 would take 2 MB, but its database does nothing else meanwhile: a few
 * hundred spans at once keep others waiting for a few milliseconds.
 */
const maxJsonLength = 100_000;

/** Safe to repeat: queues deliver at least once. */
export async function recordSpans(db: Database, spans: Iterable<SpanRecord>): Promise<void> {
	for (const json of jsonArrays(spans)) await insertSpans(db, json);
}

function* jsonArrays(items: Iterable<unknown>): Generator<string> {
	let parts: string[] = [];
	let length = 0;
	for (const item of items) {
		const json = JSON.stringify(item);
		if (length + json.length > maxJsonLength && parts.length > 0) {
			yield `[${parts.join()}]`;
			parts = [];
			length = 0;
		}
		parts.push(json);
		length += json.length + 1;
	}
	if (parts.length > 0) yield `[${parts.join()}]`;
}
