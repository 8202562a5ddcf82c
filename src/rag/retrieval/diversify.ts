/** Maximal marginal relevance: results that are good and unlike those before them. */

export interface Candidate {
	/** 0 to 1. */
	score: number;
}

interface WithVector {
	vector: ArrayLike<number>;
}

/** `diversity` is 0 (by score alone) to 1 (unlikeness alone); `likeness` of two is at most 1. The best is always first. */
export function diversify<C extends Candidate>(
	candidates: readonly C[],
	limit: number,
	diversity: number,
	likeness: (a: C, b: C) => number,
): C[] {
	const left = candidates.toSorted((a, b) => b.score - a.score);
	const nearest = new Map<C, number>(left.map((candidate) => [candidate, 0]));
	const chosen: C[] = [];
	while (chosen.length < limit && left.length > 0) {
		const value = (one: C): number => (1 - diversity) * one.score - diversity * nearest.get(one)!;
		const best = chosen.length === 0 ? left[0]! : left.reduce((a, b) => (value(b) > value(a) ? b : a));
		chosen.push(best);
		left.splice(left.indexOf(best), 1);
		for (const one of left) nearest.set(one, Math.max(nearest.get(one)!, likeness(one, best)));
	}
	return chosen;
}

/** Of those that have a vector. */
export function cosine({ vector: a }: WithVector, { vector: b }: WithVector): number {
	let [product, squaresA, squaresB] = [0, 0, 0];
	for (let i = 0; i < a.length; i++) {
		product += a[i]! * b[i]!;
		squaresA += a[i]! * a[i]!;
		squaresB += b[i]! * b[i]!;
	}
	return squaresA > 0 && squaresB > 0 ? product / Math.sqrt(squaresA * squaresB) : 0;
}
