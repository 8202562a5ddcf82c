/** Secrets stand in for their slots on the way out, and slots for secrets on the way in. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillBody, fillSlots, hasSlot, maskSecrets } from "./secret-slots.ts";

const secrets = new Map([
	["KEY", 'p"ss w/rd+1'],
	["OTHER", "0123456789"],
]);

describe("a slot", () => {
	it.each([
		["Bearer {{secrets.KEY}}", 'Bearer p"ss w/rd+1'],
		["{{secrets.KEY}}{{secrets.OTHER}}", 'p"ss w/rd+10123456789'],
		["%7B%7Bsecrets.OTHER%7D%7D", "0123456789"],
		["{{secrets}} {{other.KEY}} {secrets.KEY}", "{{secrets}} {{other.KEY}} {secrets.KEY}"],
	])("in %s", (text, filled) => {
		expect(fillSlots(text, secrets)).toBe(filled);
	});

	it("of no secret is refused, also of what every object has", () => {
		for (const name of ["NONE", "constructor", "__proto__"]) {
			expect(() => fillSlots(`{{secrets.${name}}}`, secrets)).toThrow(/no secret/);
		}
	});

	it("is not filled twice: what a secret says is no slot", () => {
		const tricky = new Map([["A_SECRET", "{{secrets.OTHER}}"], ...secrets]);
		expect(fillSlots("{{secrets.A_SECRET}}", tricky)).toBe("{{secrets.OTHER}}");
	});

	it("is seen in what a URL's parser made of it", () => {
		expect(hasSlot(new URL("https://a.example/{{secrets.KEY}}").pathname)).toBe(true);
		expect(hasSlot("/secrets.KEY")).toBe(false);
	});
});

describe("a body", () => {
	it("is filled as its media type writes text", () => {
		const json = fillBody('{"a":"{{secrets.KEY}}"}', "application/problem+json; charset=utf-8", secrets);
		expect(JSON.parse(json)).toEqual({ a: secrets.get("KEY") });
		const form = fillBody("a={{secrets.KEY}}", "application/x-www-form-urlencoded", secrets);
		expect(new URLSearchParams(form).get("a")).toBe(secrets.get("KEY"));
		expect(fillBody("{{secrets.KEY}}", null, secrets)).toBe(secrets.get("KEY"));
	});
});

describe("masking", () => {
	const key = secrets.get("KEY")!;
	it.each([
		key,
		encodeURIComponent(key),
		encodeURIComponent(key).toLowerCase(),
		new URLSearchParams({ key }).toString().slice(4),
		JSON.stringify({ key }),
		btoa(key),
		btoa(key).replaceAll("+", "-").replaceAll("/", "_"),
	])("finds %s", (form) => {
		expect(maskSecrets(`<${form}>`, secrets)).toContain("{{secrets.KEY}}");
		expect(maskSecrets(`<${form}>`, secrets)).not.toContain("ss");
	});

	it("leaves no secret in any text that repeats it", () => {
		const secret = fc.string({ minLength: 8, maxLength: 30, unit: "grapheme-ascii" });
		fc.assert(
			fc.property(secret, fc.array(fc.string()), fc.string(), (value, before, after) => {
				const masked = maskSecrets([...before, "", after].join(value), new Map([["S", value]]));
				expect(masked.includes(value) && !"{{secrets.S}}".includes(value)).toBe(false);
			}),
		);
	});
});
