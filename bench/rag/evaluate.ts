/** Runs the queries of a collection. */
import type { Collection } from "./collection.ts";
import { mean, measure, type Measures } from "./retrieval-measures.ts";

const measuredDepth = 1_000;

export async function evaluate(
	{ queries, judgements }: Collection,
	search: (question: string) => Promise<string[]>,
): Promise<Measures> {
	const measured: Measures[] = [];
	for (const { id, text } of queries) {
		measured.push(measure((await search(text)).slice(0, measuredDepth), judgements.get(id)!));
	}
	return mean(measured);
}
