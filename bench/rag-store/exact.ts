/** What a search that looks at everything finds: the ids of the ten nearest by cosine. */
import { queryOf, vectorsOf } from "./vectors.ts";

const atOnce = 1_000;
const nearest = 10;

export function exactIds(size: number, queries: number): string[][] {
	const asked = Array.from({ length: queries }, (_, i) => queryOf(i));
	const best = asked.map((): { id: string; score: number }[] => []);
	for (let from = 0; from < size; from += atOnce) {
		for (const [i, vector] of vectorsOf(from, atOnce).entries()) {
			const length = Math.sqrt(product(vector, vector));
			for (const [n, query] of asked.entries()) {
				const score = product(query, vector) / length;
				const list = best[n]!;
				if (list.length === nearest && score <= list.at(-1)!.score) continue;
				list.push({ id: String(from + i), score });
				list.sort((a, b) => b.score - a.score);
				if (list.length > nearest) list.pop();
			}
		}
	}
	return best.map((list) => list.map(({ id }) => id));
}

function product(a: Float32Array, b: Float32Array): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
	return sum;
}
