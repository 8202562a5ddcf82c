/**
 * How much of a sentence stands in the passages that it cites: the share of its telling words, in whatever form. A
 * number that no passage has is never supported.
 */
import { porterStem } from "#rag/retrieval/porter-stem";
import { tellingWords } from "#rag/retrieval/words";

/** From which share on a sentence counts as supported. */
export const supportedFrom = 0.6;

/** 0 to 1; 1 for a sentence that says nothing. */
export function supportOf(sentence: string, passages: readonly string[]): number {
	const wanted = [...new Set(tellingWords(sentence).map(porterStem))];
	if (wanted.length === 0) return 1;
	const present = new Set(passages.flatMap((passage) => tellingWords(passage).map(porterStem)));
	const missing = wanted.filter((word) => !present.has(word));
	if (missing.some((word) => /\d/.test(word))) return 0;
	return 1 - missing.length / wanted.length;
}
