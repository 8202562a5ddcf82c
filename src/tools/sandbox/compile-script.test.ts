/** What of TypeScript can be saved, that it runs as it reads, and that no text keeps the compiler busy. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asAppError } from "#core/errors";
import { checkScript } from "./check-script.ts";
import { compileScript } from "./compile-script.ts";
import { run, valueOf } from "./run.fixture.ts";

const hours = "a ? (b) : c => ".repeat(60) + "d";

async function refusalOf(source: string): Promise<string | undefined> {
	try {
		await checkScript(compileScript(source));
		return undefined;
	} catch (error) {
		return asAppError(error)?.details.fields?.find(({ pointer }) => pointer === "/source")?.detail ?? String(error);
	}
}

describe("TypeScript", () => {
	it.each([
		["annotations", "export function run({ a, b }: { a: number; b?: number }): number { return a + (b ?? 0) }"],
		[
			"interfaces, aliases and generics",
			"interface In { a: number; b: number }\ntype Sum<T> = (x: T) => number;\nconst sum: Sum<In> = ({ a, b }) => a + b;\nexport default <T extends In,>(x: T) => sum(x)",
		],
		["assertions", "export default (x: unknown) => (x as { a: number }).a! + (<{ b: number }>x).b satisfies number"],
		[
			"enums",
			"enum Weight { One = 1, Two, Ten = 10 }\nexport default ({ a, b }: any) => (Weight[2] === 'Two' ? a + b : Weight.Ten)",
		],
		[
			"classes",
			"abstract class A { constructor(protected readonly a: number) {} abstract of(b: number): number }\nclass B extends A { declare c: string; override of(b: number) { return this.a + b } }\nexport default ({ a, b }: { a: number; b: number }) => new B(a).of(b)",
		],
		["overloads", "function f(x: any): number;\nfunction f(x: any) { return x.a + x.b }\nexport default f"],
		["async functions", "export default async ({ a, b }: Record<string, number>): Promise<number> => a + b"],
		["types that are imported", "import type { X } from './x';\nexport default ({ a, b }: X) => a + b"],
	])("may have %s", async (_, source) => {
		expect(await refusalOf(source)).toBeUndefined();
		expect(await valueOf(compileScript(source), { a: 2, b: 40 })).toBe(42);
	});

	it("keeps its lines", async () => {
		const source =
			"interface A {\n\ta: string;\n}\n\ntype B =\n\t| A;\n\nexport default (): B => {\n\tthrow new Error('here');\n}";
		expect(await run(compileScript(source))).toMatchObject({ outcome: "threw", error: { message: "here", line: 9 } });
	});

	it.each([
		["export default () => {\n\tlet x: = 3;\n}", /SyntaxError in line 2/],
		["interface A {\n\ta: string\n}\nlet = ;\nexport default () => 1", /in line 4/],
		["export default (x: number => x", /SyntaxError in line 1/],
		["export default () => 1;\nnamespace N { export const a = 1 }", /line 2/],
		["\0", /SyntaxError in line 1/],
		["@decorated class A {}\nexport default () => 1", /SyntaxError/],
		["import fs = require('node:fs'); export default () => 1", /require/],
		["const a: number = 1", /exactly one function/],
		["(".repeat(50_000), /nests too deeply/],
		[`export default () => ${hours}`, /too long to read/],
		[`export default ${"(a=".repeat(60)}1${")=>1".repeat(60)}`, /too long to read/],
	])("refuses %.60s", async (source, detail) => {
		const startedAt = performance.now();
		expect(await refusalOf(source)).toMatch(detail);
		expect(performance.now() - startedAt).toBeLessThan(500);
	});

	it("of a hundred kilobytes is compiled", () => {
		const source =
			"export const f = <T>({ b }: T, x: (a: number) => Map<string, T[]>): string => `${(b as any)!.x}`;\n";
		expect(compileScript(source.repeat(1_000))).not.toContain("any");
	});

	it("takes little time, or none, whatever it looks like", () => {
		const word = fc.constantFrom(
			..."( ) < > { } [ ] => = : ? , ; a b async function class <T> as satisfies ! ` ${ type enum \n".split(" "),
		);
		fc.assert(
			fc.property(fc.array(word, { maxLength: 300 }), fc.nat(20), (words, times) => {
				const source = words.join("").repeat(times);
				const startedAt = performance.now();
				try {
					compileScript(source);
				} catch (error) {
					expect(asAppError(error)?.code).toBe("invalid_input");
				}
				expect(performance.now() - startedAt).toBeLessThan(1_000);
			}),
			{ numRuns: 200 },
		);
	});
});
