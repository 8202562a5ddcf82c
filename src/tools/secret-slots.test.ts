/** Secrets stand in for the slots of a source and for no others, and slots for secrets on the way in. */
import { describe, expect, it } from "vitest";
import { SecretSlots } from "./secret-slots.ts";

const secrets = new Map([
	["KEY", 'p"ss w/rd+1'],
	["OTHER", "0123456789"],
]);

describe("a slot of the source", () => {
	it.each([
		["Bearer {{secrets.KEY}}", 'Bearer p"ss w/rd+1'],
		["{{secrets.KEY}}{{secrets.OTHER}}", 'p"ss w/rd+10123456789'],
		["%7B%7Bsecrets.OTHER%7D%7D", "0123456789"],
		["{{secrets}} {{other.KEY}} {secrets.KEY}", "{{secrets}} {{other.KEY}} {secrets.KEY}"],
	])("in %s is filled", (text, filled) => {
		const slots = new SecretSlots(secrets);
		expect(slots.fill(slots.mark(text))).toBe(filled);
	});

	it("is filled as well where the script has encoded it", () => {
		const slots = new SecretSlots(secrets);
		expect(slots.fill(encodeURIComponent(slots.mark("{{secrets.OTHER}}")))).toBe("0123456789");
	});

	it("of no secret is refused, also of what every object has", () => {
		const slots = new SecretSlots(secrets);
		for (const name of ["NONE", "constructor", "__proto__"]) {
			expect(() => slots.fill(slots.mark(`{{secrets.${name}}}`))).toThrow(/no secret/);
		}
	});

	it("is not filled twice: what a secret says is no slot", () => {
		const slots = new SecretSlots(new Map([["A_SECRET", "{{secrets.OTHER}}"], ...secrets]));
		expect(slots.fill(slots.mark("{{secrets.A_SECRET}}"))).toBe("{{secrets.OTHER}}");
	});

	it("is seen in what a URL's parser made of it", () => {
		const slots = new SecretSlots(secrets);
		expect(slots.isIn(new URL(`https://a.example/${slots.mark("{{secrets.KEY}}")}`).pathname)).toBe(true);
		expect(slots.isIn("/{{secrets.KEY}}")).toBe(false);
	});

	it("is shown as the source has it, however it was encoded", () => {
		const slots = new SecretSlots(secrets);
		const slot = slots.mark("{{secrets.KEY}}");
		expect(slot).toMatch(/^\{\{secrets\.KEY:[0-9a-f]{32}\}\}$/);
		expect(slots.mask.text(`<${slot}>`)).toBe("<{{secrets.KEY}}>");
		expect(slots.mask.text(encodeURIComponent(slot))).toBe(encodeURIComponent("{{secrets.KEY}}"));
		expect(slots.mask.text(slot.slice(14, -2))).toBe("");
		expect(slots.mask.value({ [slot]: [slot] })).toEqual({ "{{secrets.KEY}}": ["{{secrets.KEY}}"] });
	});
});

describe("the words of a slot", () => {
	it("that were not in the source stay what they are", () => {
		const slots = new SecretSlots(secrets);
		for (const text of ["{{secrets.KEY}}", "{{secrets.KEY:}}", `{{secrets.KEY:${"0".repeat(32)}}}`]) {
			expect(slots.fill(text)).toBe(text);
			expect(slots.fillBody(`{"a":"${text}"}`, "application/json")).toBe(`{"a":"${text}"}`);
		}
	});

	it("are worth nothing in the next run", () => {
		const slot = new SecretSlots(secrets).mark("{{secrets.KEY}}");
		expect(new SecretSlots(secrets).fill(slot)).toBe(slot);
	});
});

describe("a body", () => {
	it("is filled as its media type writes text", () => {
		const slots = new SecretSlots(secrets);
		const slot = slots.mark("{{secrets.KEY}}");
		const json = slots.fillBody(`{"a":"${slot}"}`, "application/problem+json; charset=utf-8");
		expect(JSON.parse(json)).toEqual({ a: secrets.get("KEY") });
		const form = slots.fillBody(`a=${slot}`, "application/x-www-form-urlencoded");
		expect(new URLSearchParams(form).get("a")).toBe(secrets.get("KEY"));
		expect(slots.fillBody(slot, null)).toBe(secrets.get("KEY"));
	});
});
