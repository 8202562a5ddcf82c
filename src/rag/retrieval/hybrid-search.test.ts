import { expect, it } from "vitest";
import { withFeedback } from "./feedback.ts";
import { hybridSearch, type Searchable } from "./hybrid-search.ts";
import { learnEmbedding } from "./learn-embedding.ts";
import { makePassages } from "./passages.fixture.ts";

const passages = makePassages(100);
const embedding = learnEmbedding(passages.map(({ text }) => text));
const vectors = new Map(passages.map(({ text }, i) => [String(i), embedding.embed(text)]));

/** Keywords by the number of words shared. */
function indexFor(question: string): Searchable {
	const score = ({ text }: { text: string }): number =>
		question.split(" ").filter((word) => text.split(" ").includes(word)).length;
	return {
		keyword: async (limit) =>
			best(
				passages.map((passage, i) => [String(i), score(passage)]),
				limit,
			).filter((hit) => hit.score > 0),
		nearest: async (vector, limit) =>
			best(
				[...vectors].map(([id, other]) => [id, cosine(vector, other)]),
				limit,
			),
		vectors: async () => vectors,
	};
}

it("puts those first that have the word, then those about its subject", async () => {
	const found = await hybridSearch(embedding.embed("piston"), indexFor("piston"));
	const having = passages.filter(({ text }) => text.includes("piston")).length;
	expect(having).toBeGreaterThan(2);
	expect(having).toBeLessThan(10);
	expect(found.slice(0, having).every(({ id }) => passages[Number(id)]!.text.includes("piston"))).toBe(true);
	expect(found.slice(0, 10).every(({ id }) => passages[Number(id)]!.subject === 6)).toBe(true);
	expect(found).toHaveLength(passages.length);
});

it("finds nothing in nothing", async () => {
	const none: Searchable = { keyword: async () => [], nearest: async () => [], vectors: async () => new Map() };
	expect(await hybridSearch([1, 0], none)).toEqual([]);
});

it("does without the vectors of passages that are gone", async () => {
	const index = indexFor("piston");
	const found = await hybridSearch(embedding.embed("piston"), { ...index, vectors: async () => new Map() });
	expect(passages[Number(found[0]!.id)]!.text).toContain("piston");
});

it("moves the question halfway to the passages, by their weight", () => {
	const moved = withFeedback(
		[2, 0, 0],
		[
			{ vector: [0, 5, 0], weight: 1 },
			{ vector: [0, 0, 1], weight: 0 },
		],
	);
	expect([...moved]).toEqual([Math.fround(Math.SQRT1_2), Math.fround(Math.SQRT1_2), 0]);
	expect([...withFeedback([3, 4], [])].map((value) => value.toFixed(3))).toEqual(["0.600", "0.800"]);
	expect([...withFeedback([3, 4], [{ vector: [0, 0], weight: 1 }])].every(Number.isFinite)).toBe(true);
});

function best(scored: [string, number][], limit: number): { id: string; score: number }[] {
	return scored
		.map(([id, score]) => ({ id, score }))
		.toSorted((a, b) => b.score - a.score)
		.slice(0, limit);
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
	return Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
}
