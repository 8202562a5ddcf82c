import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { call, codeOf } from "#tools/standard/call-tool.fixture";
import { formatJson } from "./format-json.ts";
import { jsonFault } from "./json-fault.ts";
import { queryJson } from "./query-json.ts";

const query = async (expression: string, value: unknown = null) =>
	((await call(queryJson, { value, expression })) as { result: unknown }).result;

const code = (expression: string, value: unknown = null) => codeOf(queryJson, { value, expression });

describe("json_query", () => {
	it.each([
		["$map([1, 2], function($v) { $v * 2 })", [2, 4]],
		["$reduce([1, 2, 3], function($a, $b) { $a + $b })", 6],
		["[1..3]", [1, 2, 3]],
		['$join($map(["a", "b"], $uppercase), "-")', "A-B"],
		["($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(10))", 3628800],
		["$now()", "2026-05-04T10:00:00.000Z"],
		["$millis()", 1777888800000],
		['$pad("7", -3, "0")', "007"],
		['$replace("a-b-c", "-", "+")', "a+b+c"],
		['$fromMillis(0, "[Y0001]-[M01]-[D01]")', "1970-01-01"],
		['$formatNumber(1234.5, "#,##0.00")', "1,234.50"],
		["$sort([3, 1, 2])", [1, 2, 3]],
		["$distinct([1, 1, 2])", [1, 2]],
		['$substringBefore("a:b", ":") & "!"', "a!"],
		["$sum", undefined],
		["$eval", undefined],
	])("%s", async (expression, expected) => {
		if (expected === undefined) expect(await call(queryJson, { value: 1, expression })).toMatchObject({ result: null });
		else expect(await query(expression)).toEqual(expected);
	});

	it("sorts, groups and adds up some thousand rows", async () => {
		const rows = Array.from({ length: 2_000 }, (_, index) => ({ kind: `k${index % 3}`, value: index }));
		expect(await query("rows{kind: $sum(value)}", { rows })).toEqual({ k0: 666333, k1: 667000, k2: 665667 });
		expect(await query("rows^(>value)[0].value", { rows })).toBe(1_999);
	});

	it.each([
		["endless recursion", "($f := function() { $f() }; $f())"],
		["endless recursion that is no tail call", "($f := function($n) { 1 + $f($n + 1) }; $f(0))"],
		["two functions", "($f := function() { $g() }; $g := function() { $f() }; $f())"],
		["exponential recursion", "($f := function($n) { $n < 1 ? 1 : $f($n - 1) + $f($n - 1) }; $f(60))"],
		["many at once", "($f := function() { $f() }; [$f(), $f(), $f()])"],
		["a long range", "[1..10000000]"],
		["nested loops", "$map([1..5000], function($i) { $map([1..5000], function($j) { $i * $j }) })"],
		["a native in nested loops", "$map([1..3000], function($i) { $count($map([1..3000], $string)) })"],
		["doubling texts", '($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f("ab", 40))'],
		["doubling lists", "($f := function($s, $n) { $n = 0 ? $s : $f($append($s, $s), $n - 1) }; $f([1], 40))"],
		["doubling references", '($f := function($s, $n) { $n = 0 ? $s : $f({ "a": $s, "b": $s }, $n - 1) }; $f(1, 60))'],
		[
			"doubling references in text",
			"($f := function($s, $n) { $n = 0 ? $s : $f([[$s], [$s]], $n - 1) }; $string($f(1, 60)))",
		],
		[
			"comparing doubled references",
			"($f := function($s, $n) { $n = 0 ? $s : $f([[$s], [$s]], $n - 1) }; $f(1, 60) = $f(1, 60))",
		],
		["a native that grows its own result", `$reduce([1..20].("aaaaaaaaaa"), $replace(?, "a", ?), "a")`],
		[
			"growing replacements",
			'($r := $replace(?, "a", "aaaaaaaaaa"); $reduce([1..20], function($s, $i) { $r($s) }, "a"))',
		],
		["wide padding", '$pad("a", 1000000000)'],
		["wide padding of many", '$map([1..10000], function($i) { $length($pad("a", 90000)) })'],
		["a long join", '($s := $pad("", 90000); $join($map([1..9000], function($i) { "a" }), $s))'],
		[
			"a search that matches almost everywhere",
			'($a := $pad("", 90000, "a"); $contains($a, $substring($a, 0, 20000) & "b" & $substring($a, 0, 20000)))',
		],
		["distinct of many", "$distinct([1..20000])"],
		["comparing much many times", "($a := [1..20000]; $map([1..20000], function($i) { $a = $a }))"],
	])("stops %s", async (_, expression) => {
		const started = Date.now();
		expect(await code(expression)).toBe("limit_exceeded");
		expect(Date.now() - started).toBeLessThan(3_000);
	});

	it("goes on answering after it stopped one", async () => {
		await code("($f := function() { $f() }; [$f(), $f()])");
		expect(await query("1 + 1")).toBe(2);
	});

	it.each([
		["a regular expression", "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/)"],
		["a regular expression in a path", "$contains('a', /a/)"],
		["$eval", '$eval("1")'],
		["a transform", '$ ~> | $ | { "a": 1 } |'],
		["a signature", 'function($a)<n?n?n?n?:n> { 1 }(1, 1, "x")'],
		["a date format to read", '$toMillis("1", "[Y][M][D]")'],
		["a wide date", '$fromMillis(0, "[Y,*-1000000000]")'],
		["a syntax error", "a["],
		["an unknown function", "$nothing()"],
		["deep parentheses", `${"(".repeat(2_000)}1${")".repeat(2_000)}`],
		["a type error", '1 + "a"'],
		["$error", '$error("mine")'],
	])("refuses %s", async (name, expression) => {
		expect(await code(expression)).toBe(name === "deep parentheses" ? "limit_exceeded" : "invalid_input");
	});

	it("sees no prototypes and changes none", async () => {
		expect(await query("constructor", {})).toBeNull();
		expect(await query("$string(__proto__)", {})).toBeNull();
		expect(await query('$lookup($, "constructor")', {})).toBeNull();
		await code('{ "__proto__": { "polluted": true } }');
		await code('$merge([{ "__proto__": { "polluted": true } }])');
		expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
	});

	it("refuses values too large, too deep or missing", () => {
		let deep: unknown = 1;
		for (let depth = 0; depth < 50_000; depth += 1) deep = [deep];
		for (const value of [deep, "a".repeat(500_001), Array(500_001).fill(1), undefined]) {
			expect(queryJson.input.safeParse({ value, expression: "$" }).success).toBe(false);
		}
		expect(queryJson.input.safeParse({ value: 1, expression: "1".repeat(5_001) }).success).toBe(false);
	});
});

describe("json_format", () => {
	it("keeps every value", async () => {
		await fc.assert(
			fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), fc.boolean(), async (value, sortKeys) => {
				const text = JSON.stringify(value);
				const pretty = (await call(formatJson, { text, sortKeys })) as { text: string };
				expect(JSON.parse(pretty.text)).toEqual(JSON.parse(text));
				const small = (await call(formatJson, { text: pretty.text, style: "minify" })) as { text: string };
				if (!sortKeys) expect(small.text).toBe(text);
			}),
		);
	});

	it("keeps a name like __proto__", async () => {
		const text = '{"b":1,"__proto__":{"x":1}}';
		expect(await call(formatJson, { text, style: "minify", sortKeys: true })).toMatchObject({
			text: '{"__proto__":{"x":1},"b":1}',
		});
	});

	it.each([
		['{"a":1,}', 1, 8, "name"],
		["[1,\n 2 3]", 2, 4, ", or ]"],
		["{a:1}", 1, 2, "name or }"],
		['{"a" 1}', 1, 6, ":"],
		["[1, 2", 1, 6, ", or ]"],
		["[,]", 1, 2, "value or ]"],
		["1 2", 1, 3, "the end"],
		["  ", 1, 3, "value"],
		['"a\nb"', 1, 1, "value"],
		["[01]", 1, 2, "value or ]"],
		["'a'", 1, 1, "value"],
		["nul", 1, 1, "value"],
	])("tells where %s is wrong", async (text, line, column, expected) => {
		expect(jsonFault(text)).toEqual({ line, column, expected });
		await expect(call(formatJson, { text })).rejects.toMatchObject({
			code: "invalid_input",
			message: `Not JSON at line ${line}, column ${column}: expected ${expected}.`,
		});
	});

	it("finds a fault exactly where JSON.parse does", () => {
		const pieces = fc.constantFrom(
			"{",
			"}",
			"[",
			"]",
			",",
			":",
			'"a"',
			"1",
			"-2.5e3",
			"true",
			"null",
			" ",
			"\n",
			"x",
			"01",
			'"',
		);
		fc.assert(
			fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
				const text = parts.join("");
				expect(jsonFault(text) === undefined, text).toBe(parses(text));
			}),
			{ numRuns: 2_000 },
		);
	});

	it("refuses deep nesting", async () => {
		expect(await codeOf(formatJson, { text: "[".repeat(40_000) + "]".repeat(40_000) })).toBe("limit_exceeded");
		expect(await codeOf(formatJson, { text: "[".repeat(90_000) })).toBe("invalid_input");
	});
});

function parses(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}
