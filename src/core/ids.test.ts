import fc from "fast-check";
import { expect, test } from "vitest";
import { derivedToken, newId, newToken, tokenPattern } from "./ids.ts";

test("an id is its prefix and a token", () => {
	expect(newId("agt")).toMatch(new RegExp(`^agt_${tokenPattern}$`));
});

test("tokens have the length asked for", () => {
	fc.assert(
		fc.property(fc.nat(200), (length) => {
			expect(newToken(length)).toHaveLength(length);
		}),
	);
});

test("every letter is as likely as the next, at every place", () => {
	const draws = 62 * 200;
	const tokens = Array.from({ length: draws }, () => newToken());
	for (let place = 0; place < 22; place++) {
		const counts = Map.groupBy(tokens, (token) => token[place]);
		expect(counts.size).toBe(62);
		const chiSquared = [...counts.values()].reduce((sum, { length }) => sum + (length - 200) ** 2 / 200, 0);
		// 61 degrees of freedom: a fair source passes 134 once in five million draws; without rejection it is about 190.
		expect(chiSquared).toBeLessThan(134);
	}
});

test("derived tokens look like the others, the same for the same parts and no others", async () => {
	const parts = fc.array(fc.string(), { minLength: 1, maxLength: 3 });
	await fc.assert(
		fc.asyncProperty(parts, parts, async (a, b) => {
			const [first, again, other] = await Promise.all([derivedToken(...a), derivedToken(...a), derivedToken(...b)]);
			expect(first).toMatch(new RegExp(`^${tokenPattern}$`));
			expect(again).toBe(first);
			expect(other === first).toBe(JSON.stringify(a) === JSON.stringify(b));
		}),
	);
});
