import { expect, test } from "vitest";
import { parsePrefer, type Preference } from "./prefer.ts";

test.each<[section: string, header: string | undefined, expected: Preference]>([
	["no header", undefined, { respondAsync: false }],
	["§4.1 respond-async", "respond-async", { respondAsync: true }],
	["§4.3 wait, in seconds", "wait=10", { respondAsync: false, waitMs: 10_000 }],
	["§2 a quoted value", 'wait="10"', { respondAsync: false, waitMs: 10_000 }],
	["§2 any case", "Respond-Async", { respondAsync: true }],
	["§4.3 asynchronous, but only after the wait", "respond-async, wait=10", { respondAsync: false, waitMs: 10_000 }],
	["§2 the first of two counts", "wait=1, wait=2", { respondAsync: false, waitMs: 1_000 }],
	["§2 an unknown preference is ignored", "handling=lenient", { respondAsync: false }],
	["§2 a value of the wrong kind is ignored", "wait=-1", { respondAsync: false }],
])("%s", (_section, header, expected) => {
	expect(parsePrefer(header)).toEqual(expected);
});
