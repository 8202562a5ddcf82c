import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { call, codeOf } from "#tools/standard/call-tool.fixture";
import { testStandardTools } from "#tools/standard/standard-tools.fixture";
import { computeStatistics } from "./compute-statistics.ts";
import { convertUnit } from "./convert-unit.ts";
import { evaluateMath } from "./evaluate-math.ts";
import { fitLinearRegression } from "./fit-linear-regression.ts";
import { mathTools } from "./math-tools.ts";
import { randomNumber } from "./random-number.ts";

const evaluate = (expression: string, variables?: Record<string, unknown>) =>
	call(evaluateMath, { expression, variables });
const valueOf = async (expression: string) => ((await evaluate(expression)) as { value: unknown }).value;

testStandardTools(mathTools);

describe("math_evaluate", () => {
	it.each([
		["2 + 3 * 4", 14],
		["2^10", 1024],
		["50 * 20%", 10],
		["5!", 120],
		["x = 3; y = x + 1; x * y", 12],
		["1:4", [1, 2, 3, 4]],
		["[1, 2, 3][2]", 2],
		["[10, 20, 30][end]", 30],
		["[1, 2, 3, 4][2:3]", [2, 3]],
		["det([1, 2; 3, 4])", -2],
		[
			"[1, 2; 3, 4]'",
			[
				[1, 3],
				[2, 4],
			],
		],
		["3 > 2 and 1 != 2", true],
		["3 > 2 ? 10 : 20", 10],
		["0 < 1 < 2", true],
		["sin(90 deg)", 1],
		["isPrime(9973)", true],
		["combinations(5, 2)", 10],
		["mean(1, 2, 6)", 3],
		[
			"[1, 2; 3, 4]^2",
			[
				[7, 10],
				[15, 22],
			],
		],
		["-0 * 1", 0],
		["5 km / 2 h to km/h", { value: 2.5, unit: "km / h" }],
	])("%s", async (expression, expected) => {
		expect(await valueOf(expression)).toEqual(expected);
	});

	it("adds as JavaScript adds", async () => {
		const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e100, max: 1e100 });
		await fc.assert(
			fc.asyncProperty(number, number, async (a, b) => {
				const { value } = (await evaluate("a + b * 2", { a, b })) as { value: number };
				expect(value).toBe(a + b * 2 + 0);
			}),
			{ numRuns: 50 },
		);
	});

	it.each([
		'cos.constructor("return 1")()',
		'cos["constructor"]("return 1")()',
		'[1]["constructor"]',
		'f = cos.constructor; f("return 1")',
		"constructor",
		"__proto__",
		"toString",
		'constructor("return 1")',
		'{ a: 1 }["__proto__"]',
		"{}.constructor",
		'"a".constructor',
		"[1].resize([100000, 100000])",
		'[1]["res" + "ize"]([100000, 100000])',
		"(3 inch).toString()",
		"[1]?.resize([1])",
		"import({ cos: 1 }, { override: true })",
		'createUnit("foo")',
		'evaluate("1")',
		'parse("1")',
		'simplify("x + x")',
		'derivative("x^2", "x")',
		"config({})",
		"config",
		"typed",
		'help("cos")',
		"map([1], sqrt)",
		"f(x) = f(x + 1); f(1)",
		"f(n) = n < 1 ? 1 : f(n - 1) + f(n - 1)",
		"a = [1]; a[1000000000] = 1",
		"cos",
		"1 +",
		"nothing + 1",
		"1 / 0",
		"2^1e9",
		"0 / 0",
		"1e308 * 10 m",
		"3 inch to kg",
		"1; 2;",
		"(".repeat(990),
		`${"(".repeat(490)}x${")".repeat(490)}`,
	])("refuses %s", async (expression) => {
		expect(await codeOf(evaluateMath, { expression })).toBe("invalid_input");
	});

	it.each([
		"zeros(1e9)",
		"ones(100000, 100000)",
		"ones([100000, 100000])",
		"ones(matrix([100000, 100000]))",
		"identity(1e6)",
		"1:1e9",
		"range(1, 5, 0)",
		"range(1, 1e9)",
		'range("1:1000000000")',
		"[1, 2, 3][1:1e9]",
		"combinations(1e9, 5e8)",
		"permutations(1e9)",
		'combinations("1e9", "5e8")',
		'permutations("1e9")',
		'isPrime("9007199254740881") and isPrime("9007199254740881")',
		'zeros(["1e5", "1e5"])',
		"quantileSeq([1, 2, 3], 1e9)",
		"isPrime(9007199254740881) and isPrime(9007199254740881)",
		"ones(1000, 1) * ones(1, 1000) * ones(1000, 1000)",
		"ones(1, 5000) + ones(5000, 1)",
		`a = 1; ${"a = [a, a]; ".repeat(60)} 1`,
		"ones(100, 100) ^ 1e6",
		"inv(ones(200, 200))",
		"zeros(60, 60)",
	])("does not begin with %s", async (expression) => {
		const started = Date.now();
		const code = await codeOf(evaluateMath, { expression });
		expect(code).toBe("limit_exceeded");
		expect(Date.now() - started).toBeLessThan(1_500);
	});

	it("knows no variable called __proto__, and no prototype is changed", async () => {
		const input = JSON.parse('{ "expression": "x", "variables": { "__proto__": { "x": 1 } } }');
		expect(await codeOf(evaluateMath, input)).not.toBeUndefined();
		expect(evaluateMath.input.safeParse({ expression: "1", variables: { "a b": 1 } }).success).toBe(false);
		expect(({} as { x?: number }).x).toBeUndefined();
	});

	it("forgets the names of an earlier expression", async () => {
		await evaluate("secret = 42");
		expect(await codeOf(evaluateMath, { expression: "secret" })).toBe("invalid_input");
	});
});

describe("math_convert_unit", () => {
	it.each([
		{ value: 1, from: "inch", to: "kg" },
		{ value: 1, from: "nothing", to: "kg" },
		{ value: 1, from: "inch", to: "constructor" },
		{ value: 1e308, from: "km", to: "nm" },
		{ value: 1, from: "m^", to: "m" },
	])("refuses $from to $to", async (input) => {
		expect(await codeOf(convertUnit, input)).toBe("invalid_input");
	});

	it("comes back to where it began", async () => {
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: -1e6, max: 1e6 }), async (value) => {
				const there = (await call(convertUnit, { value, from: "mile", to: "km" })) as { value: number };
				const back = (await call(convertUnit, { value: there.value, from: "km", to: "mile" })) as { value: number };
				expect(back.value).toBeCloseTo(value, 6);
			}),
			{ numRuns: 50 },
		);
	});
});

describe("math_statistics", () => {
	it("keeps the mean and every quantile between the ends", async () => {
		const values = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 50 });
		await fc.assert(
			fc.asyncProperty(values, async (values) => {
				const result = (await call(computeStatistics, { values })) as Record<string, number> & {
					quantiles: { value: number }[];
				};
				for (const value of [result["mean"]!, result["median"]!, ...result.quantiles.map((each) => each.value)]) {
					expect(value).toBeGreaterThanOrEqual(Math.min(...values));
					expect(value).toBeLessThanOrEqual(Math.max(...values));
				}
				expect(result["standardDeviation"]).toBeCloseTo(Math.sqrt(result["variance"]!));
			}),
			{ numRuns: 50 },
		);
	});

	it("answers ten thousand numbers, and a single one", async () => {
		const values = Array.from({ length: 10_000 }, (_, index) => index);
		expect(await call(computeStatistics, { values })).toMatchObject({ count: 10_000, mean: 4999.5 });
		expect(await call(computeStatistics, { values: [7] })).toMatchObject({ variance: 0, median: 7 });
	});

	it("refuses no numbers, too many, and such as cannot be added", async () => {
		expect(computeStatistics.input.safeParse({ values: [] }).success).toBe(false);
		expect(computeStatistics.input.safeParse({ values: Array(10_001).fill(1) }).success).toBe(false);
		expect(await codeOf(computeStatistics, { values: [1e308, 1e308] })).toBe("invalid_input");
	});
});

describe("math_linear_regression", () => {
	it("finds the line that the points are on", async () => {
		const integer = fc.integer({ min: -1000, max: 1000 });
		await fc.assert(
			fc.asyncProperty(integer, integer, async (slope, intercept) => {
				const x = [-2, 0, 1, 5];
				const fit = await call(fitLinearRegression, { x, y: x.map((value) => slope * value + intercept) });
				expect((fit as { slope: number }).slope).toBeCloseTo(slope, 6);
				expect((fit as { intercept: number }).intercept).toBeCloseTo(intercept, 6);
				expect((fit as { r2: number }).r2).toBeCloseTo(1, 6);
			}),
			{ numRuns: 50 },
		);
	});

	it.each([
		{ x: [1, 2], y: [1, 2, 3] },
		{ x: [2, 2], y: [1, 2] },
		{ x: [1e308, -1e308], y: [1, 2] },
	])("refuses $x, $y", async (input) => {
		expect(await codeOf(fitLinearRegression, input)).toBe("invalid_input");
	});
});

describe("random_number", () => {
	it("stays in the range, seeded or not, and repeats under a seed", async () => {
		await fc.assert(
			fc.asyncProperty(fc.integer(), fc.nat(1e6), fc.option(fc.string({ minLength: 1 })), async (min, span, text) => {
				const input = { min, max: min + span, integer: true, count: 20, seed: text ?? undefined };
				const { values } = (await call(randomNumber, input)) as { values: number[] };
				expect(values).toHaveLength(20);
				expect(values.every((value) => Number.isInteger(value) && value >= min && value <= min + span)).toBe(true);
				if (text !== null) expect(await call(randomNumber, input)).toEqual({ values });
			}),
			{ numRuns: 50 },
		);
	});

	it("draws every face of a die, and other numbers under another seed", async () => {
		const { values } = (await call(randomNumber, { min: 1, max: 6, integer: true, count: 1000 })) as {
			values: number[];
		};
		expect(new Set(values).size).toBe(6);
		expect(await call(randomNumber, { seed: "a" })).not.toEqual(await call(randomNumber, { seed: "b" }));
	});

	it.each([
		{ min: 2, max: 1 },
		{ min: 0.2, max: 0.8, integer: true },
		{ min: -1e300, max: 1e300, integer: true },
		{ min: -1.7e308, max: 1.7e308 },
	])("refuses $min to $max", async (input) => {
		expect(await codeOf(randomNumber, input)).toBe("invalid_input");
	});
});
