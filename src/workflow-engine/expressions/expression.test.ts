/** CEL over JSON: what expressions give, what is refused, and that nothing takes long or reaches outside. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asAppError } from "#core/errors";
import { checkExpression, evaluate, holds } from "./expression.ts";

const input = {
	n: 3,
	price: 2.5,
	big: 9_007_199_254_740_992,
	list: [1, 2, 3],
	mixed: [1, "a", null, { b: true }],
	name: "Ada",
	emoji: "a😀b",
	map: { a: 1, "some-key": { b: [10, 20] } },
	at: "2026-01-31T08:30:00Z",
	nothing: null,
	yes: true,
};
const scope = { input, steps: { fetch: { output: { status: 200 } } } };

describe("an expression", () => {
	it.each<[string, unknown]>([
		["input.n > 3", false],
		["input.n >= 3 && input.n <= 3.0", true],
		["input.n == 3 && 3 == input.n && input.n != 4", true],
		["input.n + 1 == 4", true],
		["input.n + 1", 4],
		["1 + input.n", 4],
		["input.n % 2 == 1", true],
		["input.n / 2", 1.5],
		["7 / 2", 3],
		["-7 / 2", -3],
		["-7 % 2", -1],
		["7 / 2.0", 3.5],
		["1 + 2.5", 3.5],
		["input.price * 2 > 4", true],
		["-input.n", -3],
		["-(0.0)", 0],
		["9007199254740993 == input.big", false],
		["9007199254740992 == input.big", true],
		["1.5 == 1 || 1 == 1.5", false],
		["input.n in [1, 2, 3]", true],
		["3 in input.list && !(4 in input.list)", true],
		["'a' in input.map && !('constructor' in input.map)", true],
		["input.list == [1, 2, 3]", true],
		["[1, 2.0] == [1.0, 2]", true],
		["{'a': 1} == {'a': 1.0}", true],
		["{'a': 1} == {'b': 1}", false],
		["input.mixed == [1, 'a', null, {'b': true}]", true],
		["input.name == null || input.name == 3", false],
		["input.nothing == null && input.name != null", true],
		["input.list.size() > 2 && size(input.list) == 3 && input.map.size() == 2", true],
		["input.emoji.size()", 3],
		["input.list[input.n - 1]", 3],
		["input.list[0]", 1],
		["input.map['some-key'].b[1]", 20],
		["steps.fetch.output.status == 200", true],
		["input.n > 2 ? 'many' : null", "many"],
		["[1, 'a', 2.5, null, true, {'k': [1]}]", [1, "a", 2.5, null, true, { k: [1] }]],
		["{'__proto__': 1, 'constructor': 2}.constructor", 2],
		["input", input],
	])("%s gives %j", (source, result) => {
		checkExpression(source, ["input", "steps"]);
		expect(evaluate(source, scope)).toEqual(result);
	});

	it.each<[string, unknown]>([
		["has(input.name) && !has(input.absent) && !has(input.toString)", true],
		["has(input.map.a)", true],
		["input.?absent.orValue(1)", 1],
		["input.?name.orValue(input.absent)", "Ada"],
		["input.?absent.?deeper.orValue('x')", "x"],
		["input.?absent.deeper.orValue('x')", "x"],
		["input.?nothing.?x.hasValue()", false],
		["input.list[?5].orValue(0)", 0],
		["input.list[?-1].orValue(0)", 0],
		["input.map[?'a'].value()", 1],
		["input.?absent.or(input.?n).value()", 3],
		["optional.of(1) == optional.of(1.0) && optional.none() != optional.of(1)", true],
		["input.?absent", null],
		["input.?name", "Ada"],
	])("%s of optionals gives %j", (source, result) => {
		checkExpression(source, ["input"]);
		expect(evaluate(source, scope)).toEqual(result);
	});

	it.each<[string, unknown]>([
		["input.list.map(x, x * 2)", [2, 4, 6]],
		["input.list.map(x, x > 1, x * 2)", [4, 6]],
		["input.list.filter(x, x != 2)", [1, 3]],
		["input.list.all(x, x > 0) && input.list.exists(x, x == 2) && input.list.exists_one(x, x == 2)", true],
		["input.map.map(key, key)", ["a", "some-key"]],
		["input.mixed.exists(x, x > 5 || x == 'a')", true],
		["[[1, 2], [3]].map(row, row.map(x, x + row.size()))", [[3, 4], [4]]],
		["[1].map(input, input + 1)", [2]],
		["cel.bind(twice, input.n * 2, twice + twice)", 12],
		["[].all(x, false) && ![].exists(x, true)", true],
	])("%s with variables of its own gives %j", (source, result) => {
		checkExpression(source, ["input"]);
		expect(evaluate(source, scope)).toEqual(result);
	});

	it.each<[string, unknown]>([
		["'Ada' + ' ' + string(input.n) + string(true) + string(2.5)", "Ada 3true2.5"],
		["input.name.contains('d') && input.name.startsWith('A') && input.name.endsWith('a')", true],
		["input.name.lowerAscii() + 'äb'.upperAscii() + ' x '.trim()", "adaäBx"],
		["[input.emoji.indexOf('b'), 'abab'.indexOf('b', 2), 'abab'.lastIndexOf('a'), 'a'.indexOf('z')]", [2, 3, 2, -1]],
		["input.emoji.substring(1, 2) + input.emoji.substring(2)", "😀b"],
		["'a,b,c'.split(',') + 'a,b,c'.split(',', 2)", ["a", "b", "c", "a", "b,c"]],
		["['a', 'b'].join() + ['a', 'b'].join('-') + 'a.b.c'.replace('.', '/')", "aba-ba/b/c"],
		["[int('12'), int(2.9), int(timestamp('1970-01-01T00:01:00Z')), int('-3')]", [12, 2, 60, -3]],
		["[double('1.5'), double(2), double('1e3')]", [1.5, 2, 1000]],
		["bool('true') && !bool('false') && dyn(true)", true],
		["timestamp(input.at)", "2026-01-31T08:30:00.000Z"],
		["timestamp(60) + duration('1m30s')", "1970-01-01T00:02:30.000Z"],
		["timestamp(input.at) - duration('1h') < timestamp(input.at)", true],
		["timestamp(input.at) - timestamp('2026-01-31T08:00:00+00:00') == duration('30m')", true],
		["[duration('1h30m'), duration('-1.5s'), duration('200ms')]", ["5400s", "-1.5s", "0.2s"]],
		["duration('90m').getHours() + duration('90m').getMinutes()", 91],
		["[timestamp(input.at).getHours(), timestamp(input.at).getHours('Asia/Tokyo')]", [8, 17]],
		[
			"cel.bind(t, timestamp(input.at), [t.getMonth(), t.getDate(), t.getDayOfMonth(), t.getDayOfYear()])",
			[0, 31, 30, 30],
		],
	])("%s of functions gives %j", (source, result) => {
		checkExpression(source, ["input"]);
		expect(evaluate(source, scope)).toEqual(result);
	});

	it("does not fail for a side that does not matter", () => {
		expect(holds("input.absent > 1 || true", scope)).toBe(true);
		expect(holds("input.absent > 1 && false", scope)).toBe(false);
		expect(() => holds("input.absent > 1 || false", scope)).toThrow(/no field "absent"/);
		expect(holds("[null, 2].exists(x, x > 1)", scope)).toBe(true);
		expect(() => holds("[null, 2].all(x, x > 1)", scope)).toThrow(/does not take null and int/);
	});

	it("gives values that are not the scope's own", () => {
		const result = evaluate("input.list", scope) as number[];
		result.push(4);
		expect(scope.input.list).toHaveLength(3);
	});
});

describe("a condition", () => {
	it("is true or false and nothing else", () => {
		expect(holds("input.yes", scope)).toBe(true);
		for (const source of ["1", "'true'", "null", "input.list", "input.?yes2"]) {
			expect(() => holds(source, scope)).toThrow(/has to be true or false/);
		}
	});
});

describe("the check of an expression", () => {
	it.each([
		["", /empty/],
		["input.n >", /at character 10/],
		["input.n ==== 1", /at character 11/],
		["'open", /Unterminated string \(at character 1\)/],
		["1 + absent.n", /no value named absent \(at character 5\); there are input, steps/],
		["input.list.map(x, x + y)", /named y/],
		["[x].map(x, x)", /named x \(at character 2\)/],
		["cel.bind(a, a, a)", /named a \(at character 13\)/],
		["input.list.map(1, 1)", /variable/],
		["has(input)", /has\(\) takes one field/],
		["has(input['a'])", /has\(\) takes one field/],
		["nope(1)", /no function nope\(\) of 1 argument \(/],
		["input.name.nope()", /no function x\.nope\(\) of 0 arguments/],
		["input.name.constructor('return 1')", /no function/],
		["optional.nope()", /no function optional\.nope/],
		["cel.nope()", /no function cel\.nope/],
		["input.name.matches('(a+)+$')", /Regular expressions are not offered/],
		["b'bytes' == b''", /Bytes are not offered/],
		["1u", /Unsigned/],
		["9223372036854775808", /64 bits/],
		["constructor", /no value named constructor/],
		["__proto__", /Reserved/],
	])("refuses %s", (source, message) => {
		expect(codeOf(() => checkExpression(source, ["input", "steps"]))).toBe("invalid_input");
		expect(() => checkExpression(source, ["input", "steps"])).toThrow(message);
	});

	it.each([
		["length", `'${"x".repeat(4_000)}'`, /longer than 4,000/],
		["open brackets", "(".repeat(2_000), /nested too deeply/],
		["lists", `${"[".repeat(1_000)}${"]".repeat(1_000)}`, /nested too deeply/],
		["negations", `${"!".repeat(3_999)}a`, /nested too deeply/],
		["sums", `1${"+1".repeat(1_900)}`, /nested too deeply/],
		["fields", `input${".a".repeat(1_900)}`, /nested too deeply/],
		["arguments", `[${"1,".repeat(1_900)}1]`, /too many parts/],
	])("refuses an excess of %s", (_, source, message) => {
		expect(codeOf(() => checkExpression(source, ["input", "steps"]))).toBe("invalid_input");
		expect(() => checkExpression(source, ["input", "steps"])).toThrow(message);
	});

	it("does not mistake what every object has for a name or a function", () => {
		for (const name of ["constructor", "toString", "valueOf", "hasOwnProperty"]) {
			expect(codeOf(() => checkExpression(`${name}(1)`, ["input"]))).toBe("invalid_input");
			expect(codeOf(() => evaluate(name, {}))).toBe("invalid_input");
		}
	});
});

describe("a failing expression", () => {
	it.each([
		["input.absent", /no field "absent"/],
		["input.map.a.b", /type double has no field "b"/],
		["input.nothing.x", /type null has no field "x"/],
		["input.name.length", /no field "length"/],
		["input.list.length", /no field "length"/],
		["input.constructor", /no field "constructor"/],
		["input.__proto__", /no field "__proto__"/],
		["input['__proto__']", /no field "__proto__"/],
		["input.list['constructor']", /index of a list/],
		["input.list[3]", /no item 3 in a list of 3/],
		["input.list[0.5]", /whole number/],
		["input.map[1]", /key of a map is a text/],
		["input.n + 'a'", /does not take double and string/],
		["input.name > 1", /does not take string and int/],
		["1 / 0", /divided by zero/],
		["1.0 / 0.0", /no number of JSON/],
		["9223372036854775807 + 1", /64 bits/],
		["9007199254740993", /too large for JSON/],
		["{1: 2}", /keys of a map are texts/],
		["{'a': 1, 'a': 2}", /stands twice/],
		["1 ? 2 : 3", /has to be true or false/],
		["!1", /has to be true or false/],
		["input.name.map(x, x)", /goes over a list or a map/],
		["'a'.substring(2)", /no position 2/],
		["'a'.contains(1)", /A text is needed/],
		["int('1.5')", /cannot make anything of "1\.5"/],
		["double('1x')", /cannot make anything of "1x"/],
		["timestamp('2026-02-30T00:00:00Z')", /takes a text such as/],
		["timestamp('0000-01-01T00:00:00Z')", /between the years/],
		["timestamp(0).getHours('Nowhere/City')", /no time zone "Nowhere\/City"/],
		["duration('1x')", /no part of a duration/],
		["duration('1')", /takes a text such as/],
		["duration('999999999h')", /too long/],
		["input.name.value()", /optional is needed/],
		["input.?absent.value()", /has no value/],
	])("%s says what is wrong", (source, message) => {
		expect(codeOf(() => evaluate(source, scope))).toBe("invalid_input");
		expect(() => evaluate(source, scope)).toThrow(message);
	});
});

describe("an expression that takes too much", () => {
	const many = Array.from({ length: 2_000 }, (_, index) => index);
	const text = "a".repeat(100_000);
	const hostile = { many, text, texts: Array.from({ length: 2_000 }, () => text) };
	const doubling = (start: string, double: string) =>
		`cel.bind(a, ${start}, ${`cel.bind(a, ${double}, `.repeat(25)}a${")".repeat(26)}`;

	it.each([
		["many.all(a, many.all(b, many.all(c, a + b + c >= 0)))"],
		["many.map(a, many.map(b, many))"],
		["many.exists(a, many.exists(b, b < 0))"],
		["many.exists(a, many.exists(b, b.absent))"],
		["many.all(a, many.all(b, null > 1 || false))"],
		["texts.exists(t, t + 'b' == text + 'c')"],
		["many.map(a, text + 'b')"],
		["many.filter(a, text.contains(text.substring(1) + 'b'))"],
		["many.all(a, text.split('').size() > 0)"],
		["text.replace('a', text)"],
		[
			"many.all(a, timestamp(0).getHours('Europe/Berlin') < 24 && many.all(b, timestamp(0).getHours('Asia/Tokyo') < 24))",
		],
	])("%s is ended soon", (source) => {
		const start = Date.now();
		expect(codeOf(() => evaluate(source, hostile))).toBe("limit_exceeded");
		expect(Date.now() - start).toBeLessThan(1_000);
	});

	it.each([
		["'aaaa'", "a + a"],
		["[1, 1]", "[a, a]"],
		["[1, 1]", "a + a"],
		["{'a': 1}", "{'a': a, 'b': a}"],
	])("%s that becomes %s again and again is ended soon", (start, double) => {
		expect(codeOf(() => evaluate(doubling(start, double), {}))).toBe("limit_exceeded");
	});

	it("may be deep data as well", () => {
		let deep: unknown = 1;
		for (let depth = 0; depth < 20_000; depth += 1) deep = [deep];
		expect(codeOf(() => evaluate("deep", { deep }))).toBe("limit_exceeded");
		expect(codeOf(() => evaluate("deep == [deep]", { deep }))).toBe("limit_exceeded");
	});

	it("goes through large data where it does not look at all of it", () => {
		expect(evaluate("many.filter(x, x % 2 == 0).size() + many.map(x, x * 2).size()", hostile)).toBe(3_000);
		expect(evaluate("texts.size()", hostile)).toBe(2_000);
	});
});

describe("any text at all", () => {
	const words =
		"input steps . .? [ ] [? ( ) { } , : ? + - * / % ! == != < >= && || in has map x all 'a' \"b\" 1 2.5 null true size() 1e5 // \\ ' cel.bind".split(
			" ",
		);
	const anyText = fc.oneof(
		fc.string({ unit: "binary" }),
		fc.array(fc.constantFrom(...words), { maxLength: 25 }).map((parts) => parts.join(" ")),
		fc.array(fc.constantFrom(...words), { maxLength: 25 }).map((parts) => parts.join("")),
	);

	it("is an expression or an error that says so", () => {
		fc.assert(
			fc.property(anyText, (source) => {
				for (const work of [() => checkExpression(source, ["input"]), () => evaluate(source, scope)]) {
					const code = codeOf(work);
					if (code !== undefined) expect(["invalid_input", "limit_exceeded"]).toContain(code);
				}
			}),
			{ numRuns: 1_000 },
		);
	});

	it("comes out of a scope as it went in, as all JSON does", () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				const plain: unknown = JSON.parse(JSON.stringify(value));
				expect(JSON.stringify(evaluate("value", { value: plain }))).toBe(JSON.stringify(plain));
				expect(holds("value == other", { value: plain, other: structuredClone(plain) })).toBe(true);
			}),
		);
	});

	it("adds, compares and orders numbers as JavaScript does", () => {
		fc.assert(
			fc.property(
				fc.integer(),
				fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
				(int, double) => {
					const numbers = { double };
					expect(evaluate(`double + ${int}`, numbers)).toBe(double + int + 0);
					expect(holds(`double < ${int}`, numbers)).toBe(double < int);
					expect(holds(`double == ${int}`, numbers)).toBe(double === int);
				},
			),
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
