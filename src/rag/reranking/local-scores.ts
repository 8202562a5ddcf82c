/**
 * Scores without a model, from the candidates alone. A passage gains by what the passages most like it were found with
 * (those that answer a question resemble each other), and by the words of the question that it and its title have.
 *
 * The weights are what half of the queries of each collection that `bench/rag` measures chose; docs/rag.md has what they
 * gain on the other half. Phrases, the order and distance of words, the best sentence and words of the best passages were
 * tried, and earned nothing beside these.
 */
import { PassageWords } from "./passage-words.ts";
import type { Candidate } from "./reranker.ts";

const weights = { found: 1, alike: 0.3, title: 0.1, text: 0.1 };
/** Passages that one is compared with. */
const nearest = 5;

/** 0 to 1 each, in the order of the candidates. */
export function localScores(query: string, candidates: readonly Candidate[]): number[] {
	const words = new PassageWords(candidates);
	const { text, title } = words.coverage(query);
	const found = sharesOfBest(candidates.map(({ score }) => score));
	const alike = words.likeness().map((likeness) => meanOfNearest(found, likeness));
	const parts: [weight: number, scores: number[]][] = [
		[weights.found, found],
		[weights.alike, sharesOfBest(alike)],
		[weights.title, sharesOfBest(title)],
		[weights.text, sharesOfBest(text)],
	];
	const all = parts.reduce((sum, [weight]) => sum + weight, 0);
	return candidates.map((_, i) => parts.reduce((sum, [weight, scores]) => sum + weight * scores[i]!, 0) / all);
}

/** So that BM25, cosines and shares may be added. */
function sharesOfBest(scores: readonly number[]): number[] {
	const best = Math.max(...scores);
	return scores.map((score) => (best > 0 ? Math.max(0, score / best) : 0));
}

/** The mean of what they were found with, by how alike they are. */
function meanOfNearest(found: readonly number[], likeness: Float64Array): number {
	const closest = [...likeness.keys()].toSorted((a, b) => likeness[b]! - likeness[a]!).slice(0, nearest);
	const all = closest.reduce((sum, i) => sum + likeness[i]!, 0);
	return all > 0 ? closest.reduce((sum, i) => sum + likeness[i]! * found[i]!, 0) / all : 0;
}
