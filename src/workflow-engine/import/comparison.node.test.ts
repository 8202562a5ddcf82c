/** The comparisons mean in CEL what they say, whatever is compared. */
import { describe, expect, it } from "vitest";
import { evaluate } from "#workflow-engine/expressions/expression";
import { celOfCases, celOfComparison, type Comparison, joined } from "./comparison.ts";
import { place } from "./reference.ts";

function compared(value: unknown, comparison: Omit<Comparison, "left">, field = "a"): unknown {
	const left = [{ reference: { places: [place("input", field)] } }];
	return evaluate(celOfComparison({ ...comparison, left })!, { input: { a: value } });
}

const right = (literal: string | number | string[]) => [{ literal }];

describe("a comparison", () => {
	it.each<[unknown, Omit<Comparison, "left">, boolean]>([
		[5, { operator: "gte", right: right("5"), as: "number" }, true],
		[4.5, { operator: "gte", right: right(5), as: "number" }, false],
		[-5, { operator: "lt", right: right(-4), as: "number" }, true],
		["5", { operator: "equals", right: right(5), as: "text" }, true],
		["Abc", { operator: "contains", right: right("BC"), as: "text", ignoresCase: true }, true],
		["Abc", { operator: "startsWith", right: right("b"), isNegated: true, as: "text" }, true],
		['a"}}', { operator: "equals", right: right('a"}}'), as: "text" }, true],
		["b", { operator: "in", right: right(["a", "b"]) }, true],
		["", { operator: "empty" }, true],
		[null, { operator: "empty" }, true],
		[[], { operator: "empty" }, true],
		[["x"], { operator: "empty", isNegated: true }, true],
		["x", { operator: "empty" }, false],
		[false, { operator: "true" }, false],
		[null, { operator: "exists" }, false],
		[0, { operator: "exists" }, true],
		[null, { operator: "null" }, true],
	])("of %j with %j is %j", (value, comparison, result) => {
		expect(compared(value, comparison)).toBe(result);
	});

	it("with what is missing asks first whether it is there", () => {
		expect(compared(1, { operator: "empty" }, "b")).toBe(true);
		expect(compared(1, { operator: "exists" }, "b")).toBe(false);
		expect(compared(1, { operator: "null" }, "b")).toBe(true);
	});
});

it("conditions are joined, and cases are tried in their order", () => {
	const input = { a: 1, b: 2 };
	expect(evaluate(joined(["input.a == 1", "input.b == 1 || true"], "and")!, { input })).toBe(true);
	expect(joined(["input.a == 1", undefined], "or")).toBeUndefined();
	expect(evaluate(celOfCases(["input.a == 2", "input.b == 2", "true"])!, { input })).toBe("case_1");
	expect(evaluate(celOfCases(["false", "false"])!, { input })).toBe("otherwise");
});
