/**
 * What the local embedding sees of a text: its words, and the runs of four letters within them, which are shared by
 * forms of a word, by compounds, and by misspellings.
 */
import { hashOf } from "./hash.ts";
import { tellingWords } from "./words.ts";

export interface TextFeatures {
	/** How often each stands in the text. */
	words: Map<string, number>;
	/** By bucket; two runs of letters may share one. */
	grams: Map<number, number>;
}

/** A power of two. */
export const gramBuckets = 8_192;
const gramLength = 4;

export function textFeatures(text: string): TextFeatures {
	const words = new Map<string, number>();
	for (const word of tellingWords(text)) words.set(word, (words.get(word) ?? 0) + 1);
	const grams = new Map<number, number>();
	for (const [word, times] of words) {
		const marked = `<${word}>`;
		for (let end = gramLength; end <= marked.length; end++) {
			const bucket = hashOf(marked, end - gramLength, end) & (gramBuckets - 1);
			grams.set(bucket, (grams.get(bucket) ?? 0) + times);
		}
	}
	return { words, grams };
}
