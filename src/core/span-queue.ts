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
/** About 60 KB of JSON: a queue message holds 128 KB. */
const maxBatch = 100;
/** Beyond this, the oldest spans are dropped: telemetry must not eat the isolate's memory. */
const maxBuffered = 20_000;

const buffer: SpanRecord[] = [];
let flushing = false;

export function spanQueueSink(service: string, queue: SpanQueue, background: Background): SpanSink {
	return {
		service,
		record(span) {
			if (buffer.length >= maxBuffered) buffer.shift();
			buffer.push(span);
			if (flushing) return;
			flushing = true;
			background.waitUntil(flushLater(queue));
		},
	};
}

async function flushLater(queue: SpanQueue): Promise<void> {
	try {
		await new Promise((resolve) => setTimeout(resolve, flushAfterMs));
		while (buffer.length > 0) await queue.send(buffer.splice(0, maxBatch));
	} catch (error) {
		console.error("telemetry batch lost", error);
	} finally {
		flushing = false;
	}
}
