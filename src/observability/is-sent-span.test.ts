import { expect, test } from "vitest";
import { sentSpan } from "#core/sent-span";
import type { SiblingSpan, SpanRecord } from "#core/telemetry";
import { isSentSpan } from "./is-sent-span.ts";

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

const sent = sentSpan(span);
/** With another value in one place. */
const but = (place: number, value: unknown) => sent.map((own, i) => (i === place ? value : own));

const siblings: SiblingSpan[] = [
	["00f067aa0ba902b9", "step", 3, { n: 1 }],
	["00f067aa0ba902ba", "step", 3, {}, 4],
];
const withSiblings = sentSpan({ ...span, siblings });

test.each([sent, but(1, ""), but(3, null), but(10, {}), withSiblings].map((value) => [value]))(
	"a span of this shape is one: %j",
	(value) => {
		expect(isSentSpan(value)).toBe(true);
	},
);

const others: unknown[] = [
	...[
		null,
		{},
		[1],
		[["00f067aa0ba902b9", "step", 3]],
		[["", "step", 3, {}]],
		[["00f067aa0ba902b9", "", 3, {}]],
		[["00f067aa0ba902b9", "step", 3, {}, "4"]],
	].map((value) => [...sent, value]),
	...[null, undefined, 1, "span", [], {}, span, sent.slice(1), [...sent, 1]],
	...["", "0".repeat(32), span.traceId.toUpperCase(), `${span.traceId}0`, 1].map((value) => but(0, value)),
	...[null, 1].map((value) => but(1, value)),
	...["", "0123", null].map((value) => but(2, value)),
	...["", undefined, 3].map((value) => but(3, value)),
	...["", null, undefined].map((value) => but(4, value)),
	...["", undefined].map((value) => but(5, value)),
	...["", "SERVER", undefined].map((value) => but(6, value)),
	...["", "fine", undefined].map((value) => but(9, value)),
	...[-1, 1.5, 1e16, Number.NaN, "1", undefined].flatMap((at) => [but(7, at), but(8, at)]),
	...[null, undefined, [], { a: null }, { a: {} }].map((value) => but(10, value)),
];

test.each(others.map((value) => [value]))("what has another shape is none: %j", (value) => {
	expect(isSentSpan(value)).toBe(false);
});
