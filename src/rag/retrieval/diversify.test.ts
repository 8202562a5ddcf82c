import { expect, it } from "vitest";
import { cosine, diversify } from "./diversify.ts";

const candidates = [
	{ id: "best", score: 0.9, vector: [1, 0] },
	{ id: "twin", score: 0.89, vector: [2, 0.01] },
	{ id: "other", score: 0.5, vector: [0, 1] },
];
const ids = (diversity: number, limit = 3): string[] =>
	diversify(candidates, limit, diversity, cosine).map(({ id }) => id);

it("goes by score alone without diversity", () => {
	expect(ids(0)).toEqual(["best", "twin", "other"]);
});

it("puts what resembles an earlier one behind what does not", () => {
	expect(ids(0.5)).toEqual(["best", "other", "twin"]);
	expect(ids(1, 2)).toEqual(["best", "other"]);
});

it("takes no more than there are, and bears a vector of zeros", () => {
	expect(ids(0.5, 10)).toHaveLength(3);
	expect(diversify([], 3, 0.5, cosine)).toEqual([]);
	expect(diversify([...candidates, { id: "none", score: 0.1, vector: [0, 0] }], 4, 0.5, cosine)).toHaveLength(4);
});
