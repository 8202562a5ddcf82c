/** References in JSON are filled with their values, and all that is wrong with a template is said. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asAppError } from "#core/errors";
import { checkTemplate, expressionsIn, fill } from "./template.ts";

const scope = {
	input: {
		name: "Ada",
		n: 3,
		list: [1, 2],
		map: { a: { b: null } },
		nothing: null,
		yes: true,
		braces: "{{ input.n }}",
	},
};

describe("a template", () => {
	it.each<[unknown, unknown]>([
		["{{ input.n }}", 3],
		["{{input.list}}", [1, 2]],
		["{{ input.nothing }}", null],
		["{{ input.map }}", { a: { b: null } }],
		[" {{ input.n }}", " 3"],
		["Dear {{ input.name }}, {{ input.n + 1 }} × {{ input.yes }}", "Dear Ada, 4 × true"],
		["<{{ input.nothing }}> {{ input.list }} {{ input.map }}", '<> [1,2] {"a":{"b":null}}'],
		["{{ input.name }}{{ input.n }}", "Ada3"],
		['{{ "{{" }} and {{ "}}" }}', "{{ and }}"],
		["{{ 'it\\'s }} ' + input.name }}", "it's }} Ada"],
		["{{ '''a'}}''' }}", "a'}}"],
		["{{ {'a': {'b': 1}}}}", { a: { b: 1 } }],
		["{{ {'a': {'b': 1}}.a.b }}!", "1!"],
		["{{ input.n // a comment with }} in it\n}}", 3],
		["{{ 8 / 2 }}", 4],
		["}} { } {a}", "}} { } {a}"],
		["{{ input.braces }}", "{{ input.n }}"],
		[
			{ a: ["{{ input.n }}", { b: "x{{ input.n }}" }], c: 1, d: null },
			{ a: [3, { b: "x3" }], c: 1, d: null },
		],
		[{ "{{ input.n }}": "{{ input.n }}" }, { "{{ input.n }}": 3 }],
		[
			{ a: "{{ timestamp(0) }}", b: "at {{ timestamp(0) }}" },
			{ a: "1970-01-01T00:00:00.000Z", b: "at 1970-01-01T00:00:00.000Z" },
		],
	])("%j is filled", (template, filled) => {
		expect(checkTemplate(template, ["input"])).toEqual([]);
		expect(fill(template, scope)).toEqual(filled);
	});

	it("without references is given back as it is", () => {
		for (const template of [{ a: [1, "b", { "{{ key }}": "}}" }] }, "text", 1, null, []]) {
			expect(fill(template, scope)).toBe(template);
		}
	});

	it("keeps a key that every object has", () => {
		const template: unknown = JSON.parse('{"__proto__": "{{ input.n }}"}');
		expect(JSON.stringify(fill(template, scope))).toBe('{"__proto__":3}');
	});

	it.each<[unknown, string, RegExp]>([
		["{{ input.absent }}", "invalid_input", /^\{\{ input\.absent \}\}: There is no field "absent"/],
		["a {{ input.n", "invalid_input", /\{\{ at character 3 has no \}\}/],
		["{{ 'open }}", "invalid_input", /at character 1/],
		["{{ }}", "invalid_input", /empty/],
		["{{ input.n } }}", "invalid_input", /at character 9/],
		[`{{ '${"x".repeat(4_000)}' }}`, "invalid_input", /within 4,000 characters/],
	])("%j fails with its place", (template, code, message) => {
		expect(codeOf(() => fill(template, scope))).toBe(code);
		expect(() => fill(template, scope)).toThrow(message);
	});

	it("cannot become too large or too deep, or take long", () => {
		const large = { text: "a".repeat(10_000), many: Array.from({ length: 1_000 }, (_, index) => index) };
		const hostile: unknown[] = [
			Array.from({ length: 200 }, () => "{{ text }}"),
			"{{ text }}".repeat(200),
			Array.from({ length: 2_000 }, () => "{{ many }}"),
			["a".repeat(1_000_001), "{{ text }}"],
			Array.from({ length: 1_000 }, () => "{{ many.all(x, many.all(y, y >= 0 || x >= 0)) }}"),
			nested(5_000, "{{ text }}"),
		];
		const start = Date.now();
		for (const template of hostile) expect(codeOf(() => fill(template, large))).toBe("limit_exceeded");
		expect(Date.now() - start).toBeLessThan(2_000);
	});

	it("is read in time that its length allows, whatever quotes it has", () => {
		const start = Date.now();
		for (const part of ["'\\'", "'", '"""', "{{ '", "{{", "//", "{{ {", "}}", "{{ }}"]) {
			for (const before of ["{{ ", ""]) codeOf(() => fill(before + part.repeat(200_000 / part.length), scope));
		}
		expect(Date.now() - start).toBeLessThan(2_000);
	});
});

describe("the check of a template", () => {
	it("finds all problems, with pointers", () => {
		const template = {
			"a/b": ["{{ absent }} {{ input.n }} {{ 1 + }}"],
			"c~": { d: "{{", "": "{{ x.matches('a') }}" },
			e: "fine",
		};
		expect(checkTemplate(template, ["input"])).toEqual([
			{ pointer: "/a~1b/0", detail: "{{ absent }}: There is no value named absent (at character 1); there are input." },
			{ pointer: "/a~1b/0", detail: expect.stringContaining("{{ 1 + }}: ") },
			{ pointer: "/c~0/d", detail: expect.stringContaining("at character 1 has no }}") },
			{ pointer: "/c~0/", detail: expect.stringContaining("Regular expressions are not offered") },
		]);
		expect(checkTemplate("{{ absent }}", [])).toEqual([
			{ pointer: "", detail: expect.stringContaining("there are none") },
		]);
	});

	it("does not mind depth", () => {
		expect(checkTemplate(nested(20_000, "{{ absent }}"), ["input"])).toHaveLength(1);
	});
});

describe("the expressions of a template", () => {
	it("are given in their order", () => {
		expect(expressionsIn({ a: "{{ x }} {{y.z}}", b: [["{{ '}}' }}"], 1, "plain"] })).toEqual(["x", "y.z", "'}}'"]);
	});
});

describe("any template at all", () => {
	const piece = fc.constantFrom("{{", "}}", "{", "}", "'", '"', "'''", "\\", "//", "\n", " ", "input", ".n", "1", "r");
	const anyText = fc.oneof(
		fc.string(),
		fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join("")),
	);

	it("is filled or fails with an error that says why", () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const code = codeOf(() => fill({ text }, scope));
				if (code !== undefined) expect(["invalid_input", "limit_exceeded"]).toContain(code);
				if (checkTemplate({ text }, ["input"]).length > 0) expect(code).toBeDefined();
			}),
			{ numRuns: 1_000 },
		);
	});

	it("gives a text that stands in it as a literal", () => {
		const literal = fc.string({ unit: "grapheme-ascii" }).map((text) => [text, JSON.stringify(text)] as const);
		fc.assert(
			fc.property(literal, fc.string(), ([text, source], around) => {
				fc.pre(!around.includes("{"));
				expect(fill(`{{ ${source} }}`, scope)).toBe(text);
				expect(fill(`${around}{{${source}}}${around}`, scope)).toBe(`${around}${text}${around}`);
			}),
		);
	});

	it("is filled with any JSON as it is", () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				const plain: unknown = JSON.parse(JSON.stringify(value));
				expect(JSON.stringify(fill(["{{ value }}"], { value: plain }))).toBe(JSON.stringify([plain]));
			}),
		);
	});
});

function nested(depth: number, value: unknown): unknown {
	let template = value;
	for (let level = 0; level < depth; level += 1) template = [template];
	return template;
}

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
