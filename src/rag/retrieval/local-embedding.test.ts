import { describe, expect, it } from "vitest";
import { decodeEmbedding, encodeEmbedding } from "./embedding-codec.ts";
import { isOutgrown, learnEmbedding, learnInSlices } from "./learn-embedding.ts";
import { type LocalEmbedding, localDimensions } from "./local-embedding.ts";
import { rarity, weighFeatures } from "./feature-weights.ts";
import { textFeatures } from "./text-features.ts";
import { makePassages } from "./passages.fixture.ts";

const passages = makePassages(100);
const texts = passages.map(({ text }) => text);

describe("an embedding that was learnt from a hundred passages", () => {
	const embedding = learnEmbedding(texts);

	it("brings a passage nearest to itself", () => {
		const vectors = texts.map((text) => embedding.embed(text));
		for (const vector of vectors) {
			expect(vectors.toSorted((a, b) => cosine(vector, b) - cosine(vector, a))[0]).toEqual(vector);
		}
	});

	it("keeps the cosines of its texts, since there are fewer of them than axes", () => {
		const some = texts.slice(0, 20);
		for (const a of some) {
			for (const b of some) expect(cosine(embedding.embed(a), embedding.embed(b))).toBeCloseTo(exactCosine(a, b), 2);
		}
	});

	it("gives vectors of length 1 and 384 dimensions, whatever the text", () => {
		for (const text of ["boat", "never seen before", "…!", "", "的", "👩‍🚀", "x".repeat(100_000)]) {
			const vector = embedding.embed(text);
			expect(vector).toHaveLength(localDimensions);
			expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
		}
	});

	it("finds a new passage by words that it has not learnt", () => {
		const all = [...texts, "zeppelin gondola hydrogen", "quasar dirigible"];
		expect(nearest(embedding, "hydrogen", all)[0]).toBe(100);
	});

	it("forgives a misspelling", () => {
		const [first] = nearest(embedding, "orchestre simfony", texts);
		expect(passages[first!]!.subject).toBe(2);
	});

	it("is the same each time, in slices or at once", () => {
		const slices = learnInSlices(texts);
		let step = slices.next();
		let yields = 0;
		for (; !step.done; step = slices.next()) yields++;
		expect(yields).toBeGreaterThan(2);
		expect(step.value.state).toEqual(embedding.state);
	});

	it("survives storage", () => {
		const pieces = encodeEmbedding(embedding);
		expect(pieces.length).toBeGreaterThan(1);
		expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(1_048_576);
		const read = decodeEmbedding(pieces.map((piece) => piece.slice()))!;
		expect(read.state).toEqual(embedding.state);
		expect(read.embed("boat and zeppelin")).toEqual(embedding.embed("boat and zeppelin"));
	});

	it("is not read from pieces that are incomplete or of another version", () => {
		const pieces = encodeEmbedding(embedding).map((piece) => piece.slice());
		expect(decodeEmbedding(pieces.slice(1))).toBeUndefined();
		expect(decodeEmbedding(pieces.slice(0, -1))).toBeUndefined();
		expect(decodeEmbedding([])).toBeUndefined();
		pieces[0]![0] = 99;
		expect(decodeEmbedding(pieces)).toBeUndefined();
	});
});

describe("an embedding of little or nothing", () => {
	it.each([0, 1, 2, 5])("of %i texts finds by shared words", (count) => {
		const embedding = learnEmbedding(texts.slice(0, count));
		expect(embedding.state.axes).toBe(count);
		expect(
			nearest(embedding, "telescope comet", texts)
				.slice(0, 3)
				.map((i) => passages[i]!.subject),
		).toEqual([5, 5, 5]);
	});

	it("of equal, empty and meaningless texts still tells texts apart", () => {
		const embedding = learnEmbedding(["boat", "boat", "boat", "", "!", "oven oven"]);
		expect(nearest(embedding, "oven", ["boat", "oven", "violin"])[0]).toBe(1);
		expect(nearest(embedding, "violin", ["boat", "oven", "violin"])[0]).toBe(2);
	});
});

describe("languages", () => {
	const all = [
		"東京は日本の首都である",
		"北京是中华人民共和国的首都",
		"กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย",
		"दिल्ली भारत की राजधानी है",
		"Москва является столицей России",
		"Die Donaudampfschifffahrtsgesellschaft hatte viele Kapitäne",
		"القاهرة عاصمة مصر",
	];
	const embedding = learnEmbedding(all);

	it.each([
		["日本", 0],
		["人民", 1],
		["ประเทศไทย", 2],
		["राजधानी", 3],
		["столица", 4],
		["Dampfschiff", 5],
		["kapitan", 5],
		["القاهرة", 6],
	])("finds %s", (question, expected) => {
		expect(nearest(embedding, question, all)[0]).toBe(expected);
	});
});

it("is outgrown sooner while it is small", () => {
	expect([0, 1, 2, 3].map((texts) => isOutgrown(0, texts))).toEqual([false, true, true, true]);
	expect(isOutgrown(100, 120)).toBe(false);
	expect(isOutgrown(100, 130)).toBe(true);
	expect(isOutgrown(5_000, 9_999)).toBe(false);
	expect(isOutgrown(5_000, 10_000)).toBe(true);
});

/** Without a map: of all features of the texts by their weights. */
function exactCosine(a: string, b: string): number {
	const found = texts.map(textFeatures);
	const weights = [a, b].map((text) => {
		const own = new Map<string, number>();
		weighFeatures(
			textFeatures(text),
			(word) => rarity(found.filter(({ words }) => words.has(word)).length, texts.length),
			(bucket) => rarity(found.filter(({ grams }) => grams.has(bucket)).length, texts.length),
			{
				word: (word, weight) => own.set(word, weight),
				gram: (bucket, weight) => own.set(`#${bucket}`, weight),
			},
		);
		return own;
	});
	return [...weights[0]!].reduce((sum, [feature, weight]) => sum + weight * (weights[1]!.get(feature) ?? 0), 0);
}

/** The places of the texts, the nearest first. */
function nearest(embedding: LocalEmbedding, question: string, all: readonly string[]): number[] {
	const vector = embedding.embed(question);
	const scores = all.map((text) => cosine(vector, embedding.embed(text)));
	return all.map((_, i) => i).toSorted((a, b) => scores[b]! - scores[a]!);
}

function cosine(a: Float32Array, b: Float32Array): number {
	return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
