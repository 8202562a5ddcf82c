import fc from "fast-check";
import { expect, test } from "vitest";
import { checkJsonDepth } from "./json-depth.ts";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

test("takes 64 levels and refuses the 65th", () => {
	expect(() => checkJsonDepth(nested(64))).not.toThrow();
	expect(() => checkJsonDepth(nested(65))).toThrow(expect.objectContaining({ code: "malformed_request" }));
	expect(() => checkJsonDepth(`{"a":${'{"a":'.repeat(64)}1${"}".repeat(64)}}`)).toThrow();
	expect(() => checkJsonDepth("[".repeat(1_000_000))).toThrow();
});

test("counts no bracket inside a string, however it is escaped", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary" }), (text) => {
			checkJsonDepth(JSON.stringify({ [text]: `${"[".repeat(100)}${text}\\"{` }));
		}),
	);
});

test("counts depth, not brackets", () => {
	checkJsonDepth(`[${Array.from({ length: 10_000 }, () => "[{}]").join()}]`);
});

test("agrees with the depth of any value", () => {
	fc.assert(
		fc.property(fc.jsonValue({ maxDepth: 8 }), fc.integer({ min: 50, max: 64 }), (value, wrapping) => {
			const text = "[".repeat(wrapping) + JSON.stringify(value) + "]".repeat(wrapping);
			const refused = wrapping + depthOf(value) > 64;
			if (refused) expect(() => checkJsonDepth(text)).toThrow();
			else checkJsonDepth(text);
		}),
	);
});

test("takes any text without another error", () => {
	fc.assert(
		fc.property(fc.string(), (text) => {
			try {
				checkJsonDepth(text);
			} catch (error) {
				expect(error).toMatchObject({ code: "malformed_request" });
			}
		}),
	);
});

function depthOf(value: unknown): number {
	if (typeof value !== "object" || value === null) return 0;
	return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
