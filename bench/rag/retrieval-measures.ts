/** Measures of a ranking against judgements, as trec_eval computes them. */

/** By document. What is not listed is not relevant. */
export type Judgements = ReadonlyMap<string, number>;

export const measureNames = ["ndcg10", "recall10", "recall100", "map", "mrr", "p10"] as const;
export type Measures = Record<(typeof measureNames)[number], number>;

/** Of one query; `ranked` has the best first, none twice. Grades above 0 are relevant, and gain what they say. */
export function measure(ranked: readonly string[], judgements: Judgements): Measures {
	const grades = ranked.map((id) => Math.max(0, judgements.get(id) ?? 0));
	const relevant = [...judgements.values()].filter((grade) => grade > 0).toSorted((a, b) => b - a);
	const found = (depth: number): number => grades.slice(0, depth).filter((grade) => grade > 0).length;
	const first = grades.findIndex((grade) => grade > 0);
	return {
		ndcg10: gain(grades) / gain(relevant),
		recall10: found(10) / relevant.length,
		recall100: found(100) / relevant.length,
		map: averagePrecision(grades) / relevant.length,
		mrr: first === -1 ? 0 : 1 / (first + 1),
		p10: found(10) / 10,
	};
}

export function mean(measures: readonly Measures[]): Measures {
	const average = (name: keyof Measures): number => measures.reduce((sum, one) => sum + one[name], 0) / measures.length;
	return Object.fromEntries(measureNames.map((name) => [name, average(name)])) as Measures;
}

/** Discounted, of the first ten. */
function gain(grades: readonly number[]): number {
	return grades.slice(0, 10).reduce((sum, grade, i) => sum + grade / Math.log2(i + 2), 0);
}

function averagePrecision(grades: readonly number[]): number {
	let [sum, found] = [0, 0];
	grades.forEach((grade, i) => {
		if (grade > 0) sum += ++found / (i + 1);
	});
	return sum;
}
