import { expect, test } from "vitest";
import { AppError } from "#core/errors";
import { conditionOf } from "./condition.ts";
import { equalWord, existsWord, prefixWord, wordsOf } from "./facets.ts";
import { instantOf } from "./instant-of.ts";

test("no text of metadata is in its words, and none of them is long", () => {
	const words = wordsOf({ codename: "Moonraker", "person-name": ["x".repeat(10_000), '"; DROP'], n: 1 });
	for (const word of words) expect(word).toMatch(/^[\w-]{16}$/);
	expect(new Set(words).size).toBe(words.length);
});

test("what is different has different words", () => {
	const words = [
		existsWord("a"),
		...["1", 1, true, null, "true", "null", ""].map((value) => equalWord("a", value)),
		equalWord("b", 1),
		equalWord("a.b", 1),
		prefixWord("a", "number", ""),
		prefixWord("a", "date", ""),
		prefixWord("a", "number", "b"),
	];
	expect(new Set(words).size).toBe(words.length);
	expect(equalWord("a", -0)).toBe(equalWord("a", 0));
});

test("fields that no filter can ask for have none", () => {
	expect(wordsOf({ "a.b": 1, "": 2, "with space": 3, ["x".repeat(65)]: 4 })).toEqual(wordsOf({}));
});

test.for([
	["2024-05-01", "2024-05-01T00:00:00Z"],
	["2024-05-01T02:30+02:00", "2024-05-01T00:30:00Z"],
	["2024-05-01 02:30:15.5", "2024-05-01T02:30:15.500Z"],
	["2024-05-01T02:30:15.0004 -01:30", "2024-05-01T04:00:15Z"],
	["2024-02-30", "2024-03-01T00:00:00Z"],
	["0050-01-01", "0050-01-01T00:00:00Z"],
] as const)("%s is %s", ([text, instant]) => {
	expect(instantOf(text)).toBe(Date.parse(instant));
});

test.for(["", "yesterday", "2024", "2024-13-01", "2024-00-01", "2024-01-32", "2024-01-01Z", "2024-01-01T25:00", "1e9"])(
	"%j is no date",
	(text) => {
		expect(instantOf(text)).toBeUndefined();
	},
);

test("a bound that is no date is refused by the name of its field", () => {
	const bound = () => conditionOf({ not: { field: "published", gt: "2024-99-99" } });
	expect(bound).toThrow(AppError);
	expect(bound).toThrow('"published"');
});
