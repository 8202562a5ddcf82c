import { expect, it } from "vitest";
import { highlights } from "./highlights.ts";
import { porterStem } from "./porter-stem.ts";

it.each([
	["Slabs conducted heat well.", "What is the heat conduction of a slab?", ["Slabs conducted heat"]],
	["Die größte Grösse, die Größe", "grosse", ["Grösse"]],
	["東京は日本の首都", "日本", ["日本"]],
	["中华人民共和国", "人民共和", ["人民共和"]],
	["The end of it all", "what is it", ["it"]],
	["nothing", "else", []],
])("in %s for %s", (passage, question, expected) => {
	expect(highlights(passage, question).map(({ start, end }) => passage.slice(start, end))).toEqual(expected);
});

// From the paper, step by step.
it.each(
	(
		"caresses caress ponies poni cats cat feed feed agreed agre plastered plaster bled bled motoring motor sing sing conflated conflat " +
		"troubled troubl sized size hopping hop tanned tan falling fall hissing hiss filing file happy happi sky sky relational relat " +
		"conditional condit rational ration digitizer digit vietnamization vietnam sensibiliti sensibl triplicate triplic formative form " +
		"electrical electr goodness good revival reviv airliner airlin adoption adopt effective effect probate probat rate rate " +
		"controll control roll roll yet yet größe größe"
	)
		.match(/\S+ \S+/g)!
		.map((pair) => pair.split(" ") as [string, string]),
)("the stem of %s is %s", (word, stem) => {
	expect(porterStem(word)).toBe(stem);
});
