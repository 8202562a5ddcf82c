import { expect, test } from "vitest";
import type { SpanRecord } from "#core/telemetry";
import { isSpan } from "./is-span.ts";

const span: SpanRecord = {
	traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
	spanId: "00f067aa0ba902b7",
	parentSpanId: "00f067aa0ba902b8",
	name: "chat",
	kind: "client",
	service: "agents",
	userId: "usr_1",
	startTime: 1,
	endTime: 2,
	status: "ok",
	attributes: { text: "", number: 0, flag: false },
};

test.each([span, { ...span, parentSpanId: undefined }, { ...span, userId: undefined }, { ...span, attributes: {} }])(
	"a span of this shape is one: %j",
	(value) => {
		expect(isSpan(value)).toBe(true);
	},
);

test.each([
	...[null, undefined, 1, "span", [], {}],
	...["", "0".repeat(32), span.traceId.toUpperCase(), `${span.traceId}0`, 1].map((traceId) => ({ ...span, traceId })),
	...["", "0123", null].map((spanId) => ({ ...span, spanId })),
	...["", null, 3].map((parentSpanId) => ({ ...span, parentSpanId })),
	...["", null, undefined].map((name) => ({ ...span, name })),
	...["", undefined].map((service) => ({ ...span, service })),
	...["", null].map((userId) => ({ ...span, userId })),
	...["", "SERVER", undefined].map((kind) => ({ ...span, kind })),
	...["", "fine", undefined].map((status) => ({ ...span, status })),
	...[-1, 1.5, 1e16, Number.NaN, "1", undefined].flatMap((at) => [
		{ ...span, startTime: at },
		{ ...span, endTime: at },
	]),
	...[null, undefined, [], { a: null }, { a: {} }].map((attributes) => ({ ...span, attributes })),
])("what has another shape is none: %j", (value) => {
	expect(isSpan(value)).toBe(false);
});
