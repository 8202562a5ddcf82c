import { expect, it } from "vitest";
import { fuse } from "./fuse.ts";

it("adds up what each ranking says, from its floor to its best", () => {
	const keyword = {
		hits: [
			{ id: "a", score: 8 },
			{ id: "b", score: 2 },
		],
		floor: 0,
	};
	const vector = {
		hits: [
			{ id: "b", score: 0.9 },
			{ id: "c", score: 0.8 },
			{ id: "a", score: 0.7 },
		],
		floor: 0.7,
	};
	const fused = fuse([keyword, vector]);
	expect(fused.map(({ id }) => id)).toEqual(["b", "a", "c"]);
	expect(fused[0]!.parts).toEqual([0.25, 1]);
	expect(fused[1]).toEqual({ id: "a", score: 0.5, parts: [1, 0] });
	expect(fused[2]!.score).toBeCloseTo(0.25);
});

it("does with empty, single and equal hits", () => {
	expect(fuse([{ hits: [], floor: 0 }])).toEqual([]);
	expect(
		fuse([
			{ hits: [{ id: "a", score: 0.3 }], floor: 0.3 },
			{ hits: [], floor: 0 },
		]),
	).toEqual([{ id: "a", score: 0.5, parts: [1, 0] }]);
	const equal = ["c", "a", "b"].map((id) => ({ id, score: 1 }));
	expect(fuse([{ hits: equal, floor: 1 }]).map(({ id }) => id)).toEqual(["a", "b", "c"]);
});
