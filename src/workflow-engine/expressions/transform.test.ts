/** JSONata gives JSON within bounds, and what is wrong with a query is said before it runs. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asAppError } from "#core/errors";
import { checkTransform, transform } from "./transform.ts";

const value = {
	items: [
		{ name: "a", price: 2 },
		{ name: "b", price: 3.5 },
	],
	nothing: null,
};

describe("a transformation", () => {
	it.each<[string, unknown]>([
		["$sum(items.price)", 5.5],
		["items[price > 3].name", "b"],
		["items.{'n': name}", [{ n: "a" }, { n: "b" }]],
		["absent.deeper", null],
		["nothing", null],
		["function($x) { $x }", null],
		["$map(items, function($item) { $item.price * 2 })", [4, 7]],
		["$now()", "2026-01-31T08:00:00.000Z"],
	])("%s gives %j", async (expression, result) => {
		checkTransform(expression);
		expect(await transform(expression, value, new Date("2026-01-31T08:00:00Z"))).toEqual(result);
	});

	it.each([
		["", "invalid_input", /./],
		["items[", "invalid_input", /at character/],
		["$match('a', /(a+)+$/)", "invalid_input", /Regular expressions/],
		["$map(items, function($x) { $x ~> /a/ })", "invalid_input", /Regular expressions/],
		["items ~> | $ | {'a': 1} |", "invalid_input", /Transforms/],
		["function($x)<n:n> { $x }(1)", "invalid_input", /Signatures/],
	])("%s is refused before it runs", (expression, code, message) => {
		expect(codeOf(() => checkTransform(expression))).toBe(code);
		expect(() => checkTransform(expression)).toThrow(message);
	});

	it.each([["($f := function() { $f() }; $f())"], ["[1..1000000000]"], ["($a := [1..20000]; $a.($a.($a)))"]])(
		"%s is ended soon",
		async (expression) => {
			checkTransform(expression);
			const start = Date.now();
			await expect(transform(expression, value)).rejects.toMatchObject({ code: "limit_exceeded" });
			expect(Date.now() - start).toBeLessThan(3_000);
		},
	);

	it("cannot leave its input", async () => {
		for (const expression of ["constructor", "__proto__", "items.constructor", "$.toString"]) {
			expect(await transform(expression, value)).toBeNull();
		}
	});

	it("is checked with an error that says why, whatever it is", () => {
		const piece = fc.constantFrom(
			"items",
			".",
			"[",
			"]",
			"(",
			")",
			"{",
			"}",
			"$",
			"'",
			"|",
			"~>",
			"/",
			"function",
			"<n>",
			":",
			"?",
			"1",
			"*",
			"%",
			"@",
			"#",
		);
		const anyText = fc.oneof(
			fc.string(),
			fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join("")),
		);
		fc.assert(
			fc.property(anyText, (expression) => {
				const code = codeOf(() => checkTransform(expression));
				if (code !== undefined) expect(["invalid_input", "limit_exceeded"]).toContain(code);
			}),
			{ numRuns: 200 },
		);
	});
});

function codeOf(work: () => unknown): string | undefined {
	try {
		work();
		return undefined;
	} catch (thrown) {
		const error = asAppError(thrown);
		if (!error) throw thrown;
		return error.code;
	}
}
