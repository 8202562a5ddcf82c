import { afterEach, expect, test, vi } from "vitest";
import { secondsToWait } from "./retry-after.ts";

afterEach(() => vi.useRealTimers());

test.for([
	["7", 7],
	["0", 0],
	[" 120 ", 120],
	["0.25", 0.25],
	["Fri, 27 Nov 2026 12:00:30 GMT", 30],
	["Friday, 27-Nov-26 12:00:30 GMT", 30],
	["Fri Nov 27 12:00:30 2026", 30],
	["Fri, 27 Nov 2026 11:00:00 GMT", 0],
	["", undefined],
	["soon", undefined],
	["-1", undefined],
	["1e9", undefined],
	["Infinity", undefined],
	["9".repeat(400), undefined],
	[null, undefined],
	[undefined, undefined],
] as const)("Retry-After %j is %j (RFC 9110 §10.2.3)", ([header, seconds]) => {
	vi.useFakeTimers({ now: Date.parse("2026-11-27T12:00:00Z"), toFake: ["Date"] });
	expect(secondsToWait(header)).toBe(seconds);
});
