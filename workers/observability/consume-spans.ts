/**
 * The queue's door: each message is a list of spans, as JSON text. One that is not valid would never become so: it is
 * logged, without its content, and dropped. A failed write is thrown, so that the queue delivers the batch again.
 */
import { z } from "zod";
import type { SpanRecord } from "#core/telemetry";
import { recordSpans } from "#observability/record-spans";
import { IncomingSpan } from "#observability/schema";
import type { Database } from "#observability/store";

const Message = z.array(z.unknown());

export async function consumeSpans(batch: MessageBatch, db: Database): Promise<void> {
	await recordSpans(db, batch.messages.flatMap(validSpans));
}

function validSpans({ id, body }: { id: string; body: unknown }): SpanRecord[] {
	const message = Message.safeParse(parsed(body));
	if (!message.success) {
		console.error("telemetry: a message is not a list of spans", id);
		return [];
	}
	const checked = message.data.map((span) => IncomingSpan.safeParse(span));
	const spans = checked.flatMap(({ data }) => data ?? []);
	if (spans.length < checked.length) {
		const issue = checked.find(({ error }) => error)?.error?.issues[0];
		console.error(`telemetry: ${checked.length - spans.length} invalid spans`, id, issue?.path.join("."), issue?.code);
	}
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
