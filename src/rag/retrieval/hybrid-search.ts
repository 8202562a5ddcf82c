/**
 * Hybrid search: keywords and vectors, fused; then once more with a question that was moved towards the best passages.
 */
import { type Fused, fuse, type Ranking, type Scored } from "./fuse.ts";
import { withFeedback } from "./feedback.ts";

/** Both rankings have the best first and at most `limit` hits. */
export interface Searchable {
	/** By BM25, above 0. */
	keyword(limit: number): Promise<Scored[]>;
	/** By cosine. */
	nearest(vector: ArrayLike<number>, limit: number): Promise<Scored[]>;
	vectors(ids: string[]): Promise<ReadonlyMap<string, ArrayLike<number>>>;
}

/** How deep each ranking is read. Measured at 50, 100 and 200: the same at the top. */
export const fusedDepth = 200;
/** Passages that the question is moved to. Measured from 2 to 8: flat. */
const believed = 5;

/** `parts` of a result are what keywords and vectors say of it. */
export async function hybridSearch(question: ArrayLike<number>, index: Searchable): Promise<Fused[]> {
	const [keyword, nearest] = await Promise.all([index.keyword(fusedDepth), index.nearest(question, fusedDepth)]);
	const words = keywordRanking(keyword);
	const best = fuse([words, vectorRanking(nearest)]).slice(0, believed);
	if (best.length === 0) return [];
	const vectors = await index.vectors(best.map(({ id }) => id));
	const passages = best.flatMap(({ id, score }) => {
		const vector = vectors.get(id);
		return vector ? [{ vector, weight: score }] : [];
	});
	const again = await index.nearest(withFeedback(question, passages), fusedDepth);
	return fuse([words, vectorRanking(again)]);
}

/** What no keyword finds has no score. */
function keywordRanking(hits: Scored[]): Ranking {
	return { hits, floor: 0 };
}

/** Cosines of texts are never far apart, so that the last one found is where they begin to tell something. */
function vectorRanking(hits: Scored[]): Ranking {
	return { hits, floor: hits.at(-1)?.score ?? 0 };
}
