/** What a server repeats of a secret is not shown, in whatever spelling of those that it may be expected to use. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SecretMask, spellingsOf } from "./secret-mask.ts";

const key = 'p"ss w/rd&1';
const mask = maskOf({ KEY: key });

function maskOf(secrets: Record<string, string>): SecretMask {
	return new SecretMask(Object.entries(secrets).flatMap(([name, value]) => spellingsOf(value, `<${name}>`)));
}

describe("a text", () => {
	it.each([
		["plain", key],
		["in small letters, as headers have their names", key.toLowerCase()],
		["in a URL", encodeURIComponent(key)],
		["in a URL, in small letters", encodeURIComponent(key).toLowerCase()],
		["in a form", new URLSearchParams({ key }).toString().slice(4)],
		["in JSON", JSON.stringify({ key })],
		["in JSON of a server that escapes slashes", JSON.stringify({ key }).replaceAll("/", "\\/")],
		["in JSON that is safe in HTML", JSON.stringify({ key }).replaceAll("&", "\\u0026")],
		["in JSON of nothing but escapes", `{"key":"${Array.from(key, escaped).join("")}"}`],
		["in a URL in JSON", JSON.stringify({ url: `/?${encodeURIComponent(key)}` }).replaceAll("/", "\\/")],
		["in JSON in JSON", JSON.stringify(JSON.stringify({ key }).replaceAll("/", "\\/"))],
		["in JSON after what is none", `\\" ${JSON.stringify(key)}`],
		["in base64", btoa(key)],
		["in base64 of URLs", btoa(key).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")],
	])("has it %s", (_, text) => {
		expect(mask.text(text)).toContain("<KEY>");
		expect(mask.text(text)).not.toContain("ss");
	});

	it("of JSON stays JSON, and is the same where nothing is found", () => {
		const text = '{"path":"a\\/b","key":"p\\"ss w\\/rd\\u00261","n":[1.0,"\\u00e9"]}';
		expect(mask.text(text)).toBe('{"path":"a\\/b","key":"<KEY>","n":[1.0,"\\u00e9"]}');
	});

	it("shows nothing of the longer of two secrets that begin alike", () => {
		for (const secrets of [
			{ A: "12345678", B: "12345678-rest" },
			{ B: "12345678-rest", A: "12345678" },
		]) {
			expect(maskOf(secrets).text("12345678-rest 12345678")).toBe("<B> <A>");
		}
	});

	it("of quotes and backslashes alone takes no time", () => {
		const started = performance.now();
		for (const text of ['\\"', '"\\', '"', "\\", '"\\\\']) {
			const long = text.repeat(1_000_000 / text.length);
			expect(mask.text(long)).toBe(long);
		}
		expect(performance.now() - started).toBeLessThan(1_500);
	});

	it("has no secret left, whatever stands around it", () => {
		const secret = fc.string({ minLength: 8, maxLength: 30, unit: "grapheme-ascii" });
		fc.assert(
			fc.property(secret, fc.array(fc.string()), fc.string(), (value, before, after) => {
				const masked = maskOf({ S: value }).text([...before, "", after].join(value));
				expect(masked.includes(value) && !"<S>".includes(value)).toBe(false);
			}),
		);
	});
});

describe("a value", () => {
	it("has it in no string and no key, however deep", () => {
		const value = { [key]: [{ deep: `<${key}>`, n: 1 }, null, true], url: encodeURIComponent(key) };
		expect(mask.value(value)).toEqual({ "<KEY>": [{ deep: "<<KEY>>", n: 1 }, null, true], url: "<KEY>" });
	});

	it("without it stays as it is", () => {
		const value = JSON.parse('{"__proto__":{"a":[1,"b"]}}') as unknown;
		expect(mask.value(value)).toBe(value);
		expect(JSON.stringify(mask.value([value, key]))).toBe('[{"__proto__":{"a":[1,"b"]}},"<KEY>"]');
		expect(mask.value(null)).toBe(null);
	});
});

function escaped(char: string): string {
	return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
