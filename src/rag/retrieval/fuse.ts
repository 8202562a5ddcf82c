/**
 * One ranking of several, by the sum of their scores, each brought to 0 to 1.
 *
 * Scores say by how much the first is better than the second, which ranks alone do not: measured, this beat reciprocal
 * rank fusion (see `bench/rag/quality-bench.ts`).
 */
export interface Scored {
	id: string;
	score: number;
}

export interface Ranking {
	/** The best first. */
	hits: readonly Scored[];
	/** What a passage that is not among the hits has at most. */
	floor: number;
}

export interface Fused extends Scored {
	/** From each ranking, 0 to 1; 0 where the passage is not in it. */
	parts: number[];
}

/** The best first; `score` is 0 to 1. Equals are in the order of their ids. */
export function fuse(rankings: readonly Ranking[]): Fused[] {
	const parts = new Map<string, number[]>();
	rankings.forEach(({ hits, floor }, place) => {
		const width = (hits[0]?.score ?? 0) - floor;
		for (const { id, score } of hits) {
			let own = parts.get(id);
			if (!own) parts.set(id, (own = rankings.map(() => 0)));
			own[place] = width > 0 ? Math.max(0, (score - floor) / width) : 1;
		}
	});
	return [...parts]
		.map(([id, own]) => ({ id, score: own.reduce((sum, part) => sum + part, 0) / rankings.length, parts: own }))
		.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
