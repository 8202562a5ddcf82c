/** A sparse matrix of texts and their weighted features, by feature. */
import { addRows } from "./dense.ts";
import { rarity, weighFeatures } from "./feature-weights.ts";
import { hashOf } from "./hash.ts";
import { gramBuckets, type TextFeatures, textFeatures } from "./text-features.ts";

/** The rarest words beyond these are left to their letters and their hash. */
const mostWords = 24_576;
const textsASlice = 64;

export interface Postings {
	texts: number;
	words: string[];
	/** The words, then the buckets of letters. */
	features: number;
	rarities: Float32Array;
	/** In how many texts it is. */
	frequency(feature: number): number;
	hash(feature: number): number;
	/** Sets `row` to the weighted sum of those rows of `matrix` whose texts have the feature. */
	gather(feature: number, matrix: Float64Array, row: Float64Array): void;
	/** Adds the weighted row to those rows of `matrix`. */
	scatter(feature: number, row: Float64Array, matrix: Float64Array): void;
}

export function* collectPostings(texts: readonly string[]): Generator<void, Postings> {
	const found: TextFeatures[] = [];
	for (const text of texts) {
		found.push(textFeatures(text));
		if (found.length % textsASlice === 0) yield;
	}
	const [words, frequencies] = countTexts(found);
	const rarities = Float32Array.from(frequencies, (frequency) => rarity(frequency, texts.length));
	return matrixOf(found, words, frequencies, rarities);
}

/** The known words, those of most texts first, and of each feature in how many texts it is. */
function countTexts(found: TextFeatures[]): [words: string[], frequencies: Uint32Array] {
	const counts = new Map<string, number>();
	const grams = new Uint32Array(gramBuckets);
	for (const features of found) {
		for (const word of features.words.keys()) counts.set(word, (counts.get(word) ?? 0) + 1);
		for (const bucket of features.grams.keys()) grams[bucket] = grams[bucket]! + 1;
	}
	const known = [...counts].toSorted(([a, i], [b, j]) => j - i || (a < b ? -1 : 1)).slice(0, mostWords);
	return [known.map(([word]) => word), Uint32Array.from([...known.map(([, count]) => count), ...grams])];
}

function matrixOf(found: TextFeatures[], words: string[], frequencies: Uint32Array, rarities: Float32Array): Postings {
	const starts = new Uint32Array(frequencies.length + 1);
	frequencies.forEach((frequency, feature) => (starts[feature + 1] = starts[feature]! + frequency));
	const [textOf, weights] = fill(found, words, starts, rarities);
	return {
		texts: found.length,
		words,
		features: frequencies.length,
		rarities,
		frequency: (feature) => frequencies[feature]!,
		hash: (feature) => (feature < words.length ? hashOf(words[feature]!) : feature - words.length),
		gather(feature, matrix, row) {
			row.fill(0);
			addRows(row, 0, row.length, matrix, textOf, weights, starts[feature]!, starts[feature + 1]!);
		},
		scatter(feature, row, matrix) {
			for (let at = starts[feature]!; at < starts[feature + 1]!; at++) {
				const weight = weights[at]!;
				const offset = textOf[at]! * row.length;
				for (let i = 0; i < row.length; i++) matrix[offset + i] = matrix[offset + i]! + weight * row[i]!;
			}
		},
	};
}

function fill(
	found: TextFeatures[],
	words: string[],
	starts: Uint32Array,
	rarities: Float32Array,
): [textOf: Uint32Array, weights: Float32Array] {
	const rows = new Map(words.map((word, row) => [word, row]));
	const unknown = rarity(0, found.length);
	const next = starts.slice();
	const textOf = new Uint32Array(starts.at(-1)!);
	const weights = new Float32Array(starts.at(-1)!);
	found.forEach((features, text) => {
		const put = (feature: number, weight: number): void => {
			const at = next[feature]!;
			next[feature] = at + 1;
			textOf[at] = text;
			weights[at] = weight;
		};
		weighFeatures(
			features,
			(word) => rarities[rows.get(word) ?? -1] ?? unknown,
			(bucket) => rarities[words.length + bucket]!,
			{
				word: (word, weight) => {
					const row = rows.get(word);
					if (row !== undefined) put(row, weight);
				},
				gram: (bucket, weight) => put(words.length + bucket, weight),
			},
		);
	});
	return [textOf, weights];
}
