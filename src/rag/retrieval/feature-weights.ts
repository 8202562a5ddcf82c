/**
 * How much each feature of a text counts: rarely seen ones more (inverse document frequency), repeated ones a little
 * more (logarithm), and the words of a text together against its runs of letters in a fixed proportion.
 */
import type { TextFeatures } from "./text-features.ts";

/** Of the squared length. Measured between 0.15 and 0.5: flat. */
const gramShare = 0.4;

/** Of a feature that stands in `frequency` of `texts` texts; the formula of BM25 as Lucene has it. */
export function rarity(frequency: number, texts: number): number {
	return Math.log(1 + (texts - frequency + 0.5) / (frequency + 0.5));
}

/** Calls back with every feature and its weight. The squares of the weights sum up to 1, unless there are none. */
export function weighFeatures(
	{ words, grams }: TextFeatures,
	wordRarity: (word: string) => number,
	gramRarity: (bucket: number) => number,
	visit: { word(word: string, weight: number): void; gram(bucket: number, weight: number): void },
): void {
	weigh(words, wordRarity, grams.size === 0 ? 1 : 1 - gramShare, visit.word);
	weigh(grams, gramRarity, gramShare, visit.gram);
}

function weigh<F>(
	counts: Map<F, number>,
	rarityOf: (feature: F) => number,
	share: number,
	visit: (feature: F, weight: number) => void,
): void {
	const weights: number[] = [];
	let squares = 0;
	for (const [feature, times] of counts) {
		const weight = (1 + Math.log(times)) * rarityOf(feature);
		weights.push(weight);
		squares += weight * weight;
	}
	if (squares === 0) return;
	const scale = Math.sqrt(share / squares);
	let i = 0;
	for (const feature of counts.keys()) visit(feature, weights[i++]! * scale);
}
