import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bounds, prefixesOf, prefixesWithin } from "./order-prefixes.ts";

const number = fc.oneof(
	fc.constantFrom(0, -0, 1, -1, 2_020, 0.1, 0.30000000000000004, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE),
	fc.integer({ min: -5, max: 5 }),
	fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const bounds = fc.record({ gt: number, gte: number, lt: number, lte: number }, { requiredKeys: [] });

function lies(n: number, { gt, gte, lt, lte }: Bounds): boolean {
	return (
		(gt === undefined || n > gt) &&
		(gte === undefined || n >= gte) &&
		(lt === undefined || n < lt) &&
		(lte === undefined || n <= lte)
	);
}

test("a number lies within bounds where it has one of their prefixes", () => {
	fc.assert(
		fc.property(number, bounds, (n, bounds) => {
			const wanted = new Set(prefixesWithin(bounds));
			expect(prefixesOf(n).some((prefix) => wanted.has(prefix))).toBe(lies(n, bounds));
			expect(wanted.size).toBeLessThanOrEqual(480);
		}),
		{ numRuns: 5_000 },
	);
});

test.for([
	[{ gte: 2_020, lt: 2_024 }, 1],
	[{ gte: 5, lte: 5 }, 1],
	[{ gt: 5, lt: 5 }, 0],
	[{ gt: Number.MAX_VALUE }, 1],
] as [Bounds, number][])("%j takes %d", ([bounds, count]) => {
	expect(prefixesWithin(bounds)).toHaveLength(count);
});

test("every number has the empty prefix, and 16 digits", () => {
	expect(prefixesOf(-0)).toEqual(prefixesOf(0));
	expect(prefixesOf(3)[0]).toBe("");
	expect(prefixesOf(3).at(-1)).toHaveLength(16);
});
