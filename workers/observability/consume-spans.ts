/**
 * The queue's door: each message is a list of spans, as JSON text. One that is not valid would never become so: it is
 * logged, without its content, and dropped. A failed write is thrown, so that the queue delivers the batch again.
 */
import { isSentSpan } from "#observability/is-sent-span";
import { recordSpans, type SpanBatch } from "#observability/record-spans";
import type { Database } from "#observability/store";

export async function consumeSpans(batch: MessageBatch, db: Database): Promise<void> {
	await recordSpans(
		db,
		batch.messages.map(validSpans).filter(({ count }) => count > 0),
	);
}

/** A message without faults goes on as it came. */
function validSpans({ id, body }: { id: string; body: unknown }): SpanBatch {
	const message = parsed(body);
	if (!Array.isArray(message)) {
		console.error("telemetry: a message is not a list of spans", id);
		return { json: "", count: 0 };
	}
	const spans = message.filter(isSentSpan);
	const count = spans.length;
	if (count === message.length) return { json: (body as string).trim().slice(1, -1), count };
	console.error(`telemetry: ${message.length - count} invalid spans`, id);
	return { json: spans.map((span) => JSON.stringify(span)).join(), count };
}

/** Undefined for what is no JSON text. */
function parsed(body: unknown): unknown {
	try {
		return JSON.parse(body as string);
	} catch {
		return undefined;
	}
}
