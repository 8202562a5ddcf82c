import { expect, it } from "vitest";
import { keywordQuery } from "./keyword-query.ts";

it.each([
	["What is heat transfer?", '"heat" OR "transfer" OR "heat transfer"'],
	["the cost of living", '"cost" OR "living" OR "cost of living"'],
	["bread, and then, after all that, butter", '"bread" OR "butter"'],
	["Étude étude", '"Étude"'],
	["to be", '"to" OR "be" OR "to be"'],
	["中国人", '"中 国" OR "国 人"'],
	['title: NEAR(x* "y', '"title" OR "NEAR" OR "x" OR "y" OR "title NEAR" OR "NEAR x" OR "x y"'],
	["—", undefined],
])("%s", (question, expected) => {
	expect(keywordQuery(question)).toBe(expected);
});

it("quotes everything, and has an end", () => {
	const query = keywordQuery(
		`${"word ".repeat(10)} ${Array.from({ length: 500 }, (_, i) => `w${i}`).join(" ")} ") OR (`,
	)!;
	expect(query.split(" OR ").every((part) => /^"[\p{L}\p{N} ]+"$/u.test(part))).toBe(true);
	expect(query.split(" OR ").length).toBeLessThan(128);
});
