import { expect, test, vi } from "vitest";
import { Span, type SpanRecord } from "./telemetry.ts";

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

function recorder() {
	const spans: SpanRecord[] = [];
	return { spans, sink: { service: "test", record: (span: SpanRecord) => void spans.push(span) } };
}

test("continues the trace of a valid traceparent and begins one without", () => {
	const { sink, spans } = recorder();
	new Span(sink, "remote", { traceparent }).end();
	new Span(sink, "broken", { traceparent: "00-zz" }).end();
	expect(spans[0]).toMatchObject({ traceId: "4bf92f3577b34da6a3ce929d0e0e4736", parentSpanId: "00f067aa0ba902b7" });
	expect(spans[1]!.traceId).toMatch(/^[0-9a-f]{32}$/);
	expect(spans[1]!.parentSpanId).toBeUndefined();
});

test("a child names its parent and inherits trace and user", () => {
	const { sink, spans } = recorder();
	const parent = new Span(sink, "parent", { userId: "usr_a" });
	parent.child("child").end();
	parent.end();
	const [child, root] = spans;
	expect(child).toMatchObject({ traceId: root!.traceId, parentSpanId: root!.spanId, userId: "usr_a" });
});

test("ends once, with the attributes of start and end", () => {
	const { sink, spans } = recorder();
	const span = new Span(sink, "work", { attributes: { a: 1 } });
	span.end({ b: 2 });
	span.end({ c: 3 });
	expect(spans).toHaveLength(1);
	expect(spans[0]).toMatchObject({ attributes: { a: 1, b: 2 }, status: "unset", kind: "internal", service: "test" });
	expect(spans[0]!.endTime).toBeGreaterThanOrEqual(spans[0]!.startTime);
});

test("leaves the attributes that it was given unchanged", () => {
	const attributes = Object.freeze({ a: 1 });
	new Span(recorder().sink, "work", { attributes }).end({ b: 2 });
	expect(attributes).toEqual({ a: 1 });
});

test("a failure has a stable type", () => {
	const { sink, spans } = recorder();
	const span = new Span(sink, "work");
	span.fail("provider_timeout");
	span.end();
	expect(spans[0]).toMatchObject({ status: "error", attributes: { "error.type": "provider_timeout" } });
});

test("cuts names and values that a client made long", () => {
	const { sink, spans } = recorder();
	new Span(sink, "n".repeat(5_000)).end({ "url.path": "/".repeat(5_000) });
	expect(spans[0]!.name).toHaveLength(1_024);
	expect(spans[0]!.attributes["url.path"]).toHaveLength(1_024);
});

test("children that took no time share records, with ids and times of their own", () => {
	const { sink, spans } = recorder();
	const parent = new Span(sink, "parent", { userId: "usr_a" });
	for (let i = 0; i < 40; i++) parent.instant(`step ${i}`, { i });
	parent.end();
	const [first, second, root] = spans;
	expect(spans).toHaveLength(3);
	expect(first).toMatchObject({ name: "step 0", parentSpanId: root!.spanId, userId: "usr_a", attributes: { i: 0 } });
	expect(second).toMatchObject({ name: "step 32", parentSpanId: root!.spanId });
	const siblings = [...first!.siblings!, ...second!.siblings!];
	expect(siblings.map(([, name]) => name)).toEqual(
		Array.from({ length: 40 }, (_, i) => `step ${i}`).filter((name) => name !== "step 0" && name !== "step 32"),
	);
	expect(new Set([first, second, ...siblings.map(([spanId]) => ({ spanId }))].map((span) => span!.spanId)).size).toBe(
		40,
	);
});

test("parts that end well share a record; one that failed, or ends after the whole, has its own", () => {
	vi.useFakeTimers();
	const { sink, spans } = recorder();
	const parent = new Span(sink, "parent", { userId: "usr_a" });
	const names = ["quick", "slow", "failed", "late", "after"];
	const [quick, slow, failed, late, after] = names.map((name) => parent.part(name, { name }));
	quick!.end();
	vi.advanceTimersByTime(20);
	slow!.end();
	failed!.fail("not_found");
	failed!.end();
	vi.advanceTimersByTime(2_000);
	late!.end();
	parent.end();
	after!.end();
	const [told, first, second, root, last] = spans;
	expect(spans).toHaveLength(5);
	expect(last).toMatchObject({ name: "after", parentSpanId: root!.spanId });
	expect(told).toMatchObject({ name: "failed", status: "error", parentSpanId: root!.spanId, userId: "usr_a" });
	expect(first).toMatchObject({ name: "quick", spanId: quick!.spanId, parentSpanId: root!.spanId });
	const { startTime } = first!;
	expect(first!.siblings).toEqual([[slow!.spanId, "slow", startTime, { name: "slow" }, startTime + 20]]);
	expect(second).toMatchObject({ name: "late", startTime, endTime: startTime + 2_020, siblings: [] });
	vi.useRealTimers();
});
