import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { call, codeOf } from "#tools/standard/call-tool.fixture";
import { formatCsv } from "./format-csv.ts";
import { parseCsv } from "./parse-csv.ts";

const rowsOf = async (text: string, options: Record<string, unknown> = {}) =>
	((await call(parseCsv, { text, ...options })) as { rows: unknown[] }).rows;

describe("csv_parse", () => {
	it("reads what csv_format writes", async () => {
		const cell = fc.string({ unit: fc.constantFrom("a", "é", ",", ";", '"', "\n", " ", "=", "-", "7", "😀") });
		const delimiter = fc.constantFrom(",", ";", "\t", "|");
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1 }), delimiter, async (cells, delimiter) => {
				// Two columns, so that no row is empty.
				const rows = cells.map(([a, b]) => ({ a, "b,c": `x${b}` }));
				const { text } = (await call(formatCsv, { rows, delimiter, escapeFormulas: false })) as { text: string };
				expect(await rowsOf(text, { delimiter })).toEqual(rows);
			}),
		);
	});

	it.each([
		[
			"no header",
			"1,2\n3,4",
			{ header: false },
			[
				{ column1: "1", column2: "2" },
				{ column1: "3", column2: "4" },
			],
		],
		["a missing field", "a,b\n1", {}, [{ a: "1", b: "" }]],
		["tabs", "a\tb\n1\t2", {}, [{ a: "1", b: "2" }]],
		["one column", "a\n1\n\n2\n", {}, [{ a: "1" }, { a: "2" }]],
		["a byte order mark", "\ufeffa,b\n1,2", {}, [{ a: "1", b: "2" }]],
		[
			"careful numbers",
			"a,b,c,d\n-1.50,007,1e3,12345678901234567890",
			{ numbers: true },
			[{ a: -1.5, b: "007", c: "1e3", d: "12345678901234567890" }],
		],
		["nothing", "", {}, []],
	])("reads %s", async (_, text, options, rows) => {
		expect(await rowsOf(text, options)).toEqual(rows);
	});

	it.each([
		["an open quote", 'a,b\n"1,2'],
		["too many fields", "a,b\n1,2,3"],
		["a column twice", "a,a\n1,2"],
		["a column __proto__", "__proto__,a\n1,2"],
	])("refuses %s", async (_, text) => {
		expect(await codeOf(parseCsv, { text })).toBe("invalid_input");
	});

	it("refuses too many rows and columns", async () => {
		expect(await codeOf(parseCsv, { text: `a\n${"1\n".repeat(10_001)}` })).toBe("limit_exceeded");
		expect(await codeOf(parseCsv, { text: Array.from({ length: 501 }, (_, index) => `c${index}`).join(",") })).toBe(
			"limit_exceeded",
		);
	});
});

describe("csv_format", () => {
	it.each(["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1"])("disarms %j", async (formula) => {
		const { text } = (await call(formatCsv, { rows: [{ a: formula }] })) as { text: string };
		expect(text).toContain(`'${formula}`);
		const { text: plain } = (await call(formatCsv, { rows: [{ a: formula }], escapeFormulas: false })) as {
			text: string;
		};
		expect(plain).not.toContain("'");
	});

	it("disarms names of columns as well", async () => {
		expect(await call(formatCsv, { rows: [{ "=x": 1 }] })).toMatchObject({ text: '"\'=x"\r\n1' });
	});

	it("takes the columns asked for, and none from prototypes", async () => {
		const input = { rows: [{ a: 1, b: true }, { b: null }], columns: ["b", "a", "constructor", "__proto__"] };
		expect(await call(formatCsv, input)).toMatchObject({ text: "b,a,constructor,__proto__\r\ntrue,1,,\r\n,,," });
		expect(await call(formatCsv, { rows: [{ a: 1 }], header: false })).toMatchObject({ text: "1" });
	});

	it("refuses what becomes too long, and cells that are none", async () => {
		expect(await codeOf(formatCsv, { rows: Array.from({ length: 101 }, () => ({ a: "x".repeat(10_000) })) })).toBe(
			"limit_exceeded",
		);
		expect(formatCsv.input.safeParse({ rows: [{ a: {} }] }).success).toBe(false);
		expect(formatCsv.input.safeParse({ rows: Array.from({ length: 10_001 }, () => ({})) }).success).toBe(false);
	});
});
