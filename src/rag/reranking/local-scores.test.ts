import { expect, it } from "vitest";
import { localScores } from "./local-scores.ts";

const note = (text: string, score = 1, title = "") => ({ title, text, score });

function order(query: string, candidates: { title: string; text: string; score: number }[]): string[] {
	const scores = localScores(query, candidates);
	return candidates
		.map(({ text }, i) => ({ text, score: scores[i]! }))
		.toSorted((a, b) => b.score - a.score)
		.map(({ text }) => text);
}

it("puts first what has more of the question's words, in whatever form, and of its rare words above all", () => {
	const texts = ["Owls sleep by day.", "The owl hunted by night.", "Owls sit on a barn.", "Owls nest in trees."];
	const found = texts.map((text) => note(text));
	expect(order("how do owls hunt at night", found)[0]).toBe(texts[1]);
	expect(order("do owls sit in a barn", found)[0]).toBe(texts[2]);
});

it("puts first what has them in its title, where all else is the same", () => {
	const found = [note("It flies in silence.", 1, "Bats"), note("It flies in silence!", 1, "Barn owls")];
	expect(order("barn owls", found)).toEqual(["It flies in silence!", "It flies in silence."]);
});

it("puts what is like the best before what is like nothing, found as well", () => {
	const found = [
		note("Tracks of steel carry express trains.", 1),
		note("Express trains on steel tracks.", 0.95),
		note("Bread is made of flour and water.", 0.5),
		note("Trains and their tracks of steel.", 0.5),
		note("Dough needs flour.", 0.1),
	];
	expect(order("railways", found).slice(0, 3)).toEqual([found[0]!.text, found[1]!.text, found[3]!.text]);
});

it("leaves the order where it knows nothing", () => {
	const found = [note("One.", 0.9), note("Two.", 0.8), note("Three.", 0.1)];
	expect(order("??", found)).toEqual(["One.", "Two.", "Three."]);
});

it.each([
	["none", []],
	["one", [note("Owls.")]],
	["no text", [note(""), note("", 0)]],
	["the same twice", [note("Owls."), note("Owls.")]],
	["cosines below 0", [note("Owls.", -0.1), note("Trains.", -0.4)]],
	["BM25 far above 1", [note("Owls hunt.", 31.5), note("Trains.", 2)]],
	["Chinese", [note("猫头鹰在夜间捕猎", 0.5), note("火车在铁轨上行驶", 0.5)]],
])("gives each a score from 0 to 1: %s", (_, candidates) => {
	const scores = localScores("owls hunt 猫头鹰", candidates);
	expect(scores).toHaveLength(candidates.length);
	for (const score of scores) expect(score >= 0 && score <= 1).toBe(true);
});
