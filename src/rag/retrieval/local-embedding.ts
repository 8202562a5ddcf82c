/**
 * The embedding that needs no weights: a linear map from the words and letters of a text to 384 dimensions, learnt from
 * the texts of the index itself (`learn-embedding.ts`).
 *
 * Most dimensions are the axes along which those texts differ, so that words that keep the same company lie close
 * together (latent semantic analysis). The others are free: they hold hashes of what the axes cannot tell, so that a
 * word of a later text counts at once.
 */
import { rarity, weighFeatures } from "./feature-weights.ts";
import { hashOf } from "./hash.ts";
import { addHashedDirection } from "./hashed-direction.ts";
import { gramBuckets, type TextFeatures, textFeatures } from "./text-features.ts";

export const localDimensions = 384;
/** What a hashed feature counts against a learnt one. Measured at 0.3, 0.5, 0.7 and 1. */
export const hashedShare = 0.4;

/** A row of `map` is a feature: the known words in their order, then the buckets of letters. */
export interface EmbeddingState {
	/** How many texts were learnt from. */
	texts: number;
	/** How many dimensions are axes; the others are free. */
	axes: number;
	words: string[];
	/** How rare a feature is, a row. */
	rarities: Float32Array;
	/** What a unit of a row of `map` is worth. */
	scales: Float32Array;
	map: Int8Array;
}

export class LocalEmbedding {
	readonly state: EmbeddingState;
	readonly #rows: Map<string, number>;

	constructor(state: EmbeddingState) {
		this.state = state;
		this.#rows = new Map(state.words.map((word, row) => [word, row]));
	}

	/** A vector of length 1, the same for a passage and for a question. A passage is its title and its text. */
	embed(text: string): Float32Array {
		const sum = new Float32Array(localDimensions);
		const features = textFeatures(text);
		this.#add(sum, features);
		// A text without words still has a place, away from all others.
		if (features.words.size === 0) addHashedDirection(sum, 0, localDimensions, hashOf(text), 1);
		return ofLengthOne(sum);
	}

	/** How much of a question is words that were learnt, 0 to 1: so much its nearness to a passage says. */
	knownShare(text: string): number {
		const words = [...textFeatures(text).words.keys()];
		return words.length > 0 ? words.filter((word) => this.#rows.has(word)).length / words.length : 0;
	}

	#add(sum: Float32Array, features: TextFeatures): void {
		const { axes, rarities, words, texts } = this.state;
		const unknown = rarity(0, texts);
		const rowOf = this.#rows;
		const firstGram = words.length;
		weighFeatures(
			features,
			(word) => rarities[rowOf.get(word) ?? -1] ?? unknown,
			(bucket) => rarities[firstGram + bucket]!,
			{
				word: (word, weight) => {
					const row = rowOf.get(word);
					if (row !== undefined) this.#addRow(sum, row, weight);
					else addHashedDirection(sum, axes, localDimensions, hashOf(word), weight * hashedShare);
				},
				gram: (bucket, weight) => this.#addRow(sum, firstGram + bucket, weight),
			},
		);
	}

	#addRow(sum: Float32Array, row: number, weight: number): void {
		const { map, scales } = this.state;
		const factor = weight * scales[row]!;
		const offset = row * localDimensions;
		for (let i = 0; i < localDimensions; i++) sum[i] = sum[i]! + factor * map[offset + i]!;
	}
}

/** Rows of `map`. */
export function featureCount(words: number): number {
	return words + gramBuckets;
}

function ofLengthOne(vector: Float32Array): Float32Array {
	let squares = 0;
	for (const value of vector) squares += value * value;
	const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
	return vector.map((value) => value * scale);
}
