/**
 * The span sink of a Worker: spans of many requests share one buffer in the isolate and leave together,
 * because one queue message a request would cost more than the request.
 */
import type { SpanRecord, SpanSink } from "./telemetry.ts";

/** The part of a Queue binding that telemetry needs. */
export interface SpanQueue {
	send(spans: SpanRecord[]): Promise<unknown>;
}

/** Keeps work alive after the response: `ExecutionContext` or `DurableObjectState`. */
export interface Background {
	waitUntil(work: Promise<unknown>): void;
}

const flushAfterMs = 500;
/** A flush ends then, empty or not, because a request may work for 30 s after its answer; the next span starts another. */
const maxFlushMs = 10_000;
/** A queue message holds 128 KB; these two keep it at half of that for usual spans, and under it for the longest. */
const maxBatch = 100;
const maxBatchLength = 40_000;
/** Beyond this, spans are dropped: telemetry must not eat the isolate's memory. */
const maxBuffered = 20_000;

const buffer: SpanRecord[] = [];
/** The flush under way has ended by then, or has died with the request or object that it ran in. */
let flushingUntil = 0;

export function spanQueueSink(service: string, queue: SpanQueue, background: Background): SpanSink {
	return {
		service,
		record(span) {
			if (buffer.length < maxBuffered) buffer.push(span);
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
		while (buffer.length > 0 && Date.now() < stopAt) await queue.send(takeBatch());
	} catch (error) {
		console.error("telemetry batch lost", error);
	} finally {
		flushingUntil = 0;
	}
}

function takeBatch(): SpanRecord[] {
	let count = 0;
	let length = 0;
	for (const span of buffer) {
		length += lengthOf(span);
		if (count === maxBatch || (count > 0 && length > maxBatchLength)) break;
		count++;
	}
	return buffer.splice(0, count);
}

/** About how many UTF-16 units the span has as JSON; each is at most three bytes. */
function lengthOf({ name, attributes }: SpanRecord): number {
	let length = 300 + name.length;
	for (const key in attributes) length += key.length + String(attributes[key]).length + 6;
	return length;
}
