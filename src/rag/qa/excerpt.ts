/** The sentence of a passage that says most of what cites it. */
import { porterStem } from "#rag/retrieval/porter-stem";
import { tellingWords } from "#rag/retrieval/words";

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

/** In the passage, the end excluded. */
export function excerptOf(passage: string, claims: readonly string[]): { start: number; end: number } {
	const wanted = new Set(claims.flatMap((claim) => tellingWords(claim).map(porterStem)));
	let best = { start: 0, end: passage.length, shared: 0 };
	for (const { segment, index } of sentences.segment(passage)) {
		const shared = new Set(
			tellingWords(segment)
				.map(porterStem)
				.filter((word) => wanted.has(word)),
		).size;
		const start = index + segment.length - segment.trimStart().length;
		if (shared > best.shared) best = { start, end: index + segment.trimEnd().length, shared };
	}
	return { start: best.start, end: best.end };
}
