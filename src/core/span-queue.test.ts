import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { spanQueueSink } from "./span-queue.ts";
import type { SentSpan } from "./sent-span.ts";
import type { SpanRecord } from "./telemetry.ts";

beforeEach(() => {
	vi.useFakeTimers();
});

afterEach(async () => {
	// The buffer is the isolate's: leave it empty for the next test.
	const { sink, work } = setup();
	await vi.advanceTimersByTimeAsync(60_000);
	sink.record(spanOf("last"));
	await vi.advanceTimersByTimeAsync(60_000);
	await Promise.all(work);
	vi.useRealTimers();
});

test("spans of many requests leave together, half a second after the first", async () => {
	const { sink, sent, work } = setup();
	for (let i = 0; i < 3; i++) sink.record(spanOf(`span ${i}`));
	await vi.advanceTimersByTimeAsync(499);
	expect(sent).toEqual([]);
	await vi.advanceTimersByTimeAsync(1);
	expect(sent.map(names)).toEqual([["span 0", "span 1", "span 2"]]);
	expect(work).toHaveLength(1);
});

test("a message has at most 100 spans, and stays under a queue's 128 KB however long they are", async () => {
	const { sink, sent } = setup();
	for (let i = 0; i < 250; i++) sink.record(spanOf(`span ${i}`));
	await vi.advanceTimersByTimeAsync(500);
	expect(sent.map(({ length }) => length)).toEqual([100, 100, 50]);

	const attributes = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`key${i}`, "é".repeat(1_024)]));
	for (let i = 0; i < 20; i++) sink.record({ ...spanOf("long"), attributes });
	await vi.advanceTimersByTimeAsync(500);
	const long = sent.slice(3);
	expect(long.flat()).toHaveLength(20);
	for (const batch of long) expect(new TextEncoder().encode(JSON.stringify(batch)).length).toBeLessThan(128_000);
});

test("a batch that the queue refuses is lost; what comes later is not", async () => {
	const logged = vi.spyOn(console, "error").mockReturnValue();
	const { sink, sent, queue } = setup();
	queue.send.mockRejectedValueOnce(new Error("queue down"));
	sink.record(spanOf("lost"));
	await vi.advanceTimersByTimeAsync(500);
	sink.record(spanOf("kept"));
	await vi.advanceTimersByTimeAsync(500);
	expect(sent.map(names)).toEqual([["kept"]]);
	expect(logged).toHaveBeenCalledOnce();
	logged.mockRestore();
});

test("when a flush dies with its request, a later request takes over", async () => {
	const { sink, sent, queue } = setup();
	queue.send.mockReturnValueOnce(new Promise(() => {}));
	sink.record(spanOf("gone"));
	await vi.advanceTimersByTimeAsync(500);
	sink.record(spanOf("waiting"));
	await vi.advanceTimersByTimeAsync(30_000);
	expect(sent).toEqual([]);
	sink.record(spanOf("next"));
	await vi.advanceTimersByTimeAsync(500);
	expect(sent.map(names)).toEqual([["waiting", "next"]]);
});

test("holds 20,000 spans and drops the rest", async () => {
	const { sink, sent } = setup();
	for (let i = 0; i < 20_100; i++) sink.record(spanOf("span"));
	await vi.advanceTimersByTimeAsync(500);
	expect(sent.flat()).toHaveLength(20_000);
});

function setup() {
	const sent: SentSpan[][] = [];
	const work: Promise<unknown>[] = [];
	const queue = {
		send: vi.fn(async (spans: string): Promise<void> => {
			sent.push(JSON.parse(spans));
		}),
	};
	const sink = spanQueueSink("test", queue, { waitUntil: (promise) => void work.push(promise) });
	return { sink, sent, queue, work };
}

function spanOf(name: string): SpanRecord {
	const now = Date.now();
	return {
		traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
		spanId: "00f067aa0ba902b7",
		name,
		kind: "internal",
		service: "test",
		startTime: now,
		endTime: now,
		status: "unset",
		attributes: {},
	};
}

function names(spans: SentSpan[]): string[] {
	return spans.map((span) => span[4]);
}
