/**
 * The queue's door: each message is a list of spans, as JSON text. One that is not valid would never become so: it is
 * logged, without its content, and dropped. A failed write is thrown, so that the queue delivers the batch again.
 */
import type { SpanRecord } from "#core/telemetry";
import { isSpan } from "#observability/is-span";
import { recordSpans } from "#observability/record-spans";
import type { Database } from "#observability/store";

export async function consumeSpans(batch: MessageBatch, db: Database): Promise<void> {
	await recordSpans(db, batch.messages.flatMap(validSpans));
}

function validSpans({ id, body }: { id: string; body: unknown }): SpanRecord[] {
	const message = parsed(body);
	if (!Array.isArray(message)) {
		console.error("telemetry: a message is not a list of spans", id);
		return [];
	}
	const spans = message.filter(isSpan);
	if (spans.length < message.length) console.error(`telemetry: ${message.length - spans.length} invalid spans`, id);
	return spans;
}

/** Undefined for what is no JSON text. */
function parsed(body: unknown): unknown {
	try {
		return JSON.parse(body as string);
	} catch {
		return undefined;
	}
}
