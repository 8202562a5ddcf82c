import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { call, codeOf } from "#tools/standard/call-tool.fixture";
import { decodeBase64 } from "./decode-base64.ts";
import { diffText } from "./diff-text.ts";
import { encodeBase64 } from "./encode-base64.ts";
import { fillTemplate } from "./fill-template.ts";
import { lineDiff } from "./line-diff.ts";
import { searchText } from "./search-text.ts";
import { splitText } from "./split-text.ts";
import { transformText } from "./transform-text.ts";

const textOf = (output: unknown) => (output as { text: string }).text;

describe("text_transform", () => {
	it.each([
		["upper", "straße", "STRASSE"],
		["lower", "ÄB", "äb"],
		["title", "the don't-stop WORD", "The Don't-Stop Word"],
		["capitalize", "élan vital", "Élan vital"],
		["camel", "HTTPServer is_up", "httpServerIsUp"],
		["snake", "someValue2 HTTPServer", "some_value2_http_server"],
		["kebab", "Some value", "some-value"],
		["slugify", "  Ærø & Straße!  ", "aero-strasse"],
		["trim", " a \n", "a"],
		["trim_lines", " a \n b ", "a\nb"],
		["collapse_whitespace", " a \n\t b ", "a b"],
		["remove_accents", "Crème", "Creme"],
		["reverse", "añ👍🏽b", "b👍🏽ña"],
		["reverse_lines", "1\r\n2", "2\n1"],
		["sort_lines", "b\na", "a\nb"],
		["unique_lines", "a\nb\na", "a\nb"],
	])("%s", async (operation, text, expected) => {
		expect(textOf(await call(transformText, { text, operations: [operation] }))).toBe(expected);
	});

	it("refuses operations it does not know, and prototypes are none", () => {
		for (const operation of ["explode", "constructor", "__proto__"]) {
			expect(transformText.input.safeParse({ text: "a", operations: [operation] }).success).toBe(false);
		}
	});

	it.each(["slugify", "snake", "camel", "title", "collapse_whitespace"])(
		"%s is quick with long texts",
		async (operation) => {
			const started = Date.now();
			for (const text of ["-".repeat(100_000), "A".repeat(100_000), " ".repeat(100_000), "aB".repeat(50_000)]) {
				await call(transformText, { text, operations: [operation] });
			}
			expect(Date.now() - started).toBeLessThan(3_000);
		},
	);
});

describe("text_search", () => {
	const places = async (text: string, query: string, options: Record<string, unknown> = {}) =>
		((await call(searchText, { text, query, ...options })) as { matches: { text: string }[] }).matches.map(
			(match) => match.text,
		);

	it.each([
		["a regular expression is literal", "a.c abc (a+)+$", "(a+)+$", {}, ["(a+)+$"]],
		["case may count", "Ab ab", "ab", { caseSensitive: true }, ["ab"]],
		["a star stays in its line", "ab\nb", "a*b", { mode: "wildcard" }, ["ab"]],
		["the shortest", "axbxb", "a*b", { mode: "wildcard" }, ["axb"]],
		["a star at the end", "x: 1\ny", "x*", { mode: "wildcard" }, ["x: 1"]],
		["a star at the beginning", "1 :x\ny", "*x", { mode: "wildcard" }, ["1 :x"]],
		["a literal star", "a*b ab", "a*b", {}, ["a*b"]],
		["one character each", "cat cut ct", "c?t", { mode: "wildcard" }, ["cat", "cut"]],
		["only a star", "ab\ncd", "*", { mode: "wildcard" }, ["ab", "cd"]],
		["not overlapping", "aaaa", "aa", {}, ["aa", "aa"]],
		["the same text again", "a\\b", "\\", {}, ["\\"]],
	])("%s", async (_, text, query, options, expected) => {
		expect(await places(text, query, options)).toEqual(expected);
	});

	it("finds what indexOf finds", async () => {
		const letters = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 30 });
		const query = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 3 });
		await fc.assert(
			fc.asyncProperty(letters, query, async (text, query) => {
				const expected: number[] = [];
				for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length)) expected.push(at);
				const { matches } = (await call(searchText, { text, query })) as { matches: { start: number; text: string }[] };
				expect(matches.map(({ start }) => start)).toEqual(expected);
				for (const { start, text: found } of matches) expect(text.slice(start, start + found.length)).toBe(query);
			}),
		);
	});

	it("is quick where a regular expression would hang", async () => {
		const started = Date.now();
		const text = "a".repeat(100_000);
		expect(await call(searchText, { text, query: "a*".repeat(99) + "b", mode: "wildcard" })).toMatchObject({
			count: 0,
		});
		expect(await call(searchText, { text, query: "a".repeat(199) + "b" })).toMatchObject({ count: 0 });
		expect(await call(searchText, { text, query: "?".repeat(199) + "b", mode: "wildcard" })).toMatchObject({
			count: 0,
		});
		expect(Date.now() - started).toBeLessThan(3_000);
	});

	it("tells no more than asked for, but counts all", async () => {
		const output = (await call(searchText, { text: "a".repeat(50), query: "a", limit: 3 })) as { matches: unknown[] };
		expect(output).toMatchObject({ count: 50 });
		expect(output.matches).toHaveLength(3);
	});

	it("refuses a query of several lines", async () => {
		expect(await codeOf(searchText, { text: "a", query: "a\nb" })).toBe("invalid_input");
	});
});

describe("text_split", () => {
	it.each([
		["sentences", { text: "One. Two? Three!", by: "sentences", trim: true }, ["One.", "Two?", "Three!"]],
		["words", { text: "Don't stop — 3 times", by: "words" }, ["Don't", "stop", "3", "times"]],
		["pieces", { text: "a😀bcd", by: "length", length: 2 }, ["a😀", "bc", "d"]],
		["a separator is no pattern", { text: "a.b|c", by: "separator", separator: "." }, ["a", "b|c"]],
		["at most", { text: "a\nb\nc", limit: 2 }, ["a", "b"]],
	])("%s", async (_, input, parts) => {
		expect(((await call(splitText, input)) as { parts: string[] }).parts).toEqual(parts);
	});

	it("loses nothing between separators", async () => {
		await fc.assert(
			fc.asyncProperty(fc.string(), fc.string({ minLength: 1, maxLength: 2 }), async (text, separator) => {
				const { parts } = (await call(splitText, { text, by: "separator", separator })) as { parts: string[] };
				expect(parts.join(separator)).toBe(text);
			}),
		);
	});

	it("refuses to cut without knowing where", async () => {
		expect(await codeOf(splitText, { text: "a", by: "separator" })).toBe("invalid_input");
		expect(await codeOf(splitText, { text: "a", by: "length" })).toBe("invalid_input");
	});
});

describe("text_diff", () => {
	it("tells both texts, and the fewest changes", () => {
		const lines = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });
		fc.assert(
			fc.property(lines, lines, (before, after) => {
				const changes = lineDiff(before, after);
				const side = (without: string) => changes.filter(({ kind }) => kind !== without).map(({ line }) => line);
				expect(side("added")).toEqual(before);
				expect(side("removed")).toEqual(after);
				expect(changes.filter(({ kind }) => kind === "same")).toHaveLength(longestCommon(before, after));
			}),
		);
	});

	it("writes one hunk for each place", async () => {
		const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
		const after = before.with(1, "changed").toSpliced(18, 1);
		const input = { before: before.join("\n"), after: after.join("\n"), context: 1 };
		expect(((await call(diffText, input)) as { diff: string }).diff).toBe(
			"@@ -1,3 +1,3 @@\n line 1\n-line 2\n+changed\n line 3\n@@ -18,3 +18,2 @@\n line 18\n-line 19\n line 20",
		);
		expect(((await call(diffText, { before: "a\nb", after: "a\nx\nb", context: 0 })) as { diff: string }).diff).toBe(
			"@@ -1,0 +2,1 @@\n+x",
		);
	});

	it("compares long texts that differ little, and refuses such as differ much", async () => {
		const long = Array.from({ length: 10_000 }, (_, index) => String(index));
		const input = { before: long.join("\n"), after: long.with(5_000, "x").join("\n") };
		expect(await call(diffText, input)).toMatchObject({ added: 1, removed: 1 });
		const other = long.map((line) => `${line}x`).join("\n");
		expect(await codeOf(diffText, { before: long.join("\n"), after: other })).toBe("limit_exceeded");
	});
});

function longestCommon(a: string[], b: string[]): number {
	if (a.length === 0 || b.length === 0) return 0;
	const table = Array.from({ length: a.length + 1 }, () => Array<number>(b.length + 1).fill(0));
	for (const [i, x] of a.entries()) {
		for (const [j, y] of b.entries()) {
			table[i + 1]![j + 1] = x === y ? table[i]![j]! + 1 : Math.max(table[i]![j + 1]!, table[i + 1]![j]!);
		}
	}
	return table[a.length]![b.length]!;
}

describe("text_template", () => {
	it.each([
		["html", { template: "<b>{{a}}</b>", values: { a: `<"&'>` }, escape: "html" }, "<b>&lt;&quot;&amp;&#39;&gt;</b>"],
		[
			"objects and nothing",
			{ template: "{{a}} {{b}} {{c}}", values: { a: { x: [1] }, b: null, c: false } },
			'{"x":[1]} null false',
		],
		["no second round", { template: "{{a}}", values: { a: "{{b}}", b: "secret" } }, "{{b}}"],
		["no patterns of replace", { template: "[{{a}}]", values: { a: "$& $1 $`" } }, "[$& $1 $`]"],
		["what is no placeholder", { template: "{a} {{}} {{ {{a}}", values: { a: 1 } }, "{a} {{}} {{ 1"],
		["empty", { template: "[{{a.b}}]", values: { a: 1 }, missing: "empty" }, "[]"],
	])("%s", async (_, input, expected) => {
		expect(textOf(await call(fillTemplate, input))).toBe(expected);
	});

	it.each([
		"{{__proto__}}",
		"{{constructor}}",
		"{{a.constructor.name}}",
		"{{a.__proto__.x}}",
		"{{a.length}}",
		"{{toString}}",
	])("has no value for %s", async (template) => {
		expect(await codeOf(fillTemplate, { template, values: { a: "text" } })).toBe("invalid_input");
		expect(await codeOf(fillTemplate, { template, values: { a: {} } })).toBe("invalid_input");
	});

	it("takes no prototype from the values", async () => {
		const input = JSON.parse('{ "template": "{{x}}", "values": { "__proto__": { "x": "1" } } }');
		expect(await codeOf(fillTemplate, input)).toBe("invalid_input");
		expect(({} as { x?: string }).x).toBeUndefined();
	});

	it("refuses what becomes too long", async () => {
		const input = { template: "{{a}}".repeat(100), values: { a: "x".repeat(10_000) } };
		expect(await codeOf(fillTemplate, input)).toBe("limit_exceeded");
	});

	it("is quick with braces that never close", async () => {
		const started = Date.now();
		for (const piece of ["{", "{{", "{{ ", "{{a "]) {
			await call(fillTemplate, { template: piece.repeat(100_000 / piece.length), values: {} });
		}
		expect(Date.now() - started).toBeLessThan(2_000);
	});
});

describe("base64_encode, base64_decode", () => {
	it("bring every text back", async () => {
		await fc.assert(
			fc.asyncProperty(fc.string({ unit: "binary" }), fc.boolean(), async (text, urlSafe) => {
				const { base64 } = (await call(encodeBase64, { text, urlSafe })) as { base64: string };
				expect(base64).toMatch(urlSafe ? /^[\w-]*$/ : /^[A-Za-z0-9+/]*={0,2}$/);
				expect(textOf(await call(decodeBase64, { base64 }))).toBe(text);
			}),
		);
	});

	it.each(["a", "####", "ab=c", "a===", "YQ==YQ=="])("refuse %s", async (base64) => {
		expect(await codeOf(decodeBase64, { base64 })).toBe("invalid_input");
	});

	it("refuse bytes that are no text, but tell them", async () => {
		expect(await codeOf(decodeBase64, { base64: "/w==" })).toBe("invalid_input");
		expect(textOf(await call(decodeBase64, { base64: "/w==", as: "hex" }))).toBe("ff");
		expect(await codeOf(encodeBase64, { text: "\ud800" })).toBe("invalid_input");
	});
});
