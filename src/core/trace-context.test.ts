import fc from "fast-check";
import { expect, test } from "vitest";
import { formatTraceparent, newSpanId, newTraceId, parseTraceparent } from "./trace-context.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";

test.each<[section: string, header: string, expected: unknown]>([
	["§3.2.2 sampled", `00-${traceId}-${spanId}-01`, { traceId, spanId, sampled: true }],
	["§3.2.2 not sampled", `00-${traceId}-${spanId}-00`, { traceId, spanId, sampled: false }],
	["§3.2.2.5 other flags are ignored", `00-${traceId}-${spanId}-ff`, { traceId, spanId, sampled: true }],
	["§3.2.4 a later version", `cc-${traceId}-${spanId}-01`, { traceId, spanId, sampled: true }],
	["§3.2.4 a later version with more fields", `cc-${traceId}-${spanId}-01-what`, { traceId, spanId, sampled: true }],
	["§3.2.4 a later version whose flags go on", `cc-${traceId}-${spanId}-01.what`, undefined],
	["§3.2.2.1 version ff", `ff-${traceId}-${spanId}-01`, undefined],
	["§3.2.2.2 version 00 with more fields", `00-${traceId}-${spanId}-01-what`, undefined],
	["§3.2.2.2 version 00 with a trailing dash", `00-${traceId}-${spanId}-01-`, undefined],
	["§3.2.2.3 a trace id of zeros", `00-${"0".repeat(32)}-${spanId}-01`, undefined],
	["§3.2.2.3 upper case", `00-${traceId.toUpperCase()}-${spanId}-01`, undefined],
	["§3.2.2.4 a parent id of zeros", `00-${traceId}-${"0".repeat(16)}-01`, undefined],
	["§3.2.2 one digit short", `00-${traceId.slice(1)}-${spanId}-01`, undefined],
	["§3.2.1 two headers, joined", `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`, undefined],
	["nothing", "", undefined],
])("%s", (_section, header, expected) => {
	expect(parseTraceparent(header)).toEqual(expected);
});

test("reads back what it writes", () => {
	const hex = (length: number) =>
		fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((digits) => /[^0]/.test(digits));
	const context = fc.record({ traceId: hex(32), spanId: hex(16), sampled: fc.boolean() });
	fc.assert(
		fc.property(context, (value) => {
			expect(parseTraceparent(formatTraceparent(value))).toEqual(value);
		}),
	);
});

test("takes any text without throwing, and what it takes for valid is", () => {
	const almost = fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{31,33}-[0-9a-f]{15,17}-[0-9a-f]{1,3}-?.?$/);
	fc.assert(
		fc.property(fc.oneof(fc.string(), almost), (header) => {
			const context = parseTraceparent(header);
			if (context) expect(header).toContain(`-${context.traceId}-${context.spanId}-`);
		}),
	);
});

test("new ids are valid ones", () => {
	const sampled = true;
	const context = { traceId: newTraceId(), spanId: newSpanId(), sampled };
	expect(parseTraceparent(formatTraceparent(context))).toEqual(context);
});
