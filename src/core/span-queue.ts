/**
 * The span sink of a Worker: spans of many requests share one buffer in the isolate and leave together,
 * because one queue message a request would cost more than the request.
 */
import { sentSpan } from "./sent-span.ts";
import type { SpanSink } from "./telemetry.ts";

/** The part of a Queue binding that telemetry needs. */
export interface SpanQueue {
	/** A JSON array of `SentSpan`s: as text a queue passes it on as it is, an object would be read and written anew. */
	send(spans: string, options: { contentType: "text" }): Promise<unknown>;
}

/** Keeps work alive after the response: `ExecutionContext` or `DurableObjectState`. */
export interface Background {
	waitUntil(work: Promise<unknown>): void;
}

const flushAfterMs = 500;
/** A flush ends then, empty or not, because a request may work for 30 s after its answer; the next span starts another. */
const maxFlushMs = 10_000;
/** A queue message holds 128 KB, a UTF-16 unit is at most three bytes, and the longest span is far below the rest. */
const maxBatch = 100;
const maxBatchLength = 40_000;
/** Beyond this, spans are dropped: telemetry must not eat the isolate's memory. */
const maxBuffered = 20_000;

/** Each as JSON. */
const buffer: string[] = [];
/** The flush under way has ended by then, or has died with the request or object that it ran in. */
let flushingUntil = 0;

export function spanQueueSink(service: string, queue: SpanQueue, background: Background): SpanSink {
	return {
		service,
		record(span) {
			if (buffer.length < maxBuffered) buffer.push(JSON.stringify(sentSpan(span)));
			if (span.endTime < flushingUntil) return;
			flushingUntil = span.endTime + flushAfterMs + 2 * maxFlushMs;
			background.waitUntil(flushLater(queue));
		},
	};
}

async function flushLater(queue: SpanQueue): Promise<void> {
	try {
		await new Promise((resolve) => setTimeout(resolve, flushAfterMs));
		const stopAt = Date.now() + maxFlushMs;
		while (buffer.length > 0 && Date.now() < stopAt) await queue.send(takeBatch(), { contentType: "text" });
	} catch (error) {
		console.error("telemetry batch lost", error);
	} finally {
		flushingUntil = 0;
	}
}

function takeBatch(): string {
	let count = 0;
	let length = 0;
	for (const span of buffer) {
		length += span.length + 1;
		if (count === maxBatch || (count > 0 && length > maxBatchLength)) break;
		count++;
	}
	return `[${buffer.splice(0, count).join()}]`;
}
