/**
 * How well search finds, on the collections beside the checkout: keyword, vector and hybrid search, and the hybrid one
 * reranked, beside the best reference run of BM25.
 */
import type { Row } from "../row.ts";
import { bestBaseline, collectionNames, hasCollections, readCollection } from "./collection.ts";
import { evaluate } from "./evaluate.ts";
import { indexCollection, type Method, methods } from "./retriever.ts";
import type { Measures } from "./retrieval-measures.ts";

interface Found {
	name: string;
	bm25: ReturnType<typeof bestBaseline>;
	by: Record<Method, Measures>;
}

/** None where the collections are missing, which is told. */
export async function qualityBench(): Promise<Row[]> {
	if (!hasCollections()) {
		console.warn("\n!!! MISSING: the retrieval collections are not beside the checkout (../shared/data)\n");
		return [];
	}
	const found: Found[] = [];
	for (const name of collectionNames) found.push(await measure(name));
	const gains = found.map(({ bm25, by }) => by.hybrid.ndcg10 - bm25.ndcg10);
	const more = found.map(({ by }) => by.reranked.ndcg10 - by.hybrid.ndcg10);
	return [
		...found.flatMap(rowsOf),
		gainRow("hybrid search, nDCG@10 above the best BM25's", gains, 0.02),
		gainRow("hybrid search by local/rerank, nDCG@10 above hybrid search", more, 0.005),
	];
}

function gainRow(name: string, gains: number[], atLeast: number): Row {
	const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
	return {
		...{ name: `${name}, mean of the collections`, value: mean, unit: "", atLeast },
		measured: gains.map((gain) => gain.toFixed(4)).join(", "),
	};
}

async function measure(name: string): Promise<Found> {
	const collection = readCollection(name);
	const retriever = indexCollection(collection);
	const by = {} as Found["by"];
	for (const method of methods) by[method] = await evaluate(collection, (asked) => retriever.search(method, asked));
	return { name, bm25: bestBaseline(collection), by };
}

function rowsOf({ name, bm25, by }: Found): Row[] {
	const ratio = (method: Method, limits: Pick<Row, "atLeast"> = {}): Row => ({
		...{ name: `${name}: ${method} search, nDCG@10 against the best BM25's`, value: by[method].ndcg10 / bm25.ndcg10 },
		...{ unit: "×", measured: `${by[method].ndcg10.toFixed(4)} against ${bm25.ndcg10.toFixed(4)}`, ...limits },
	});
	return [
		ratio("keyword", { atLeast: (bm25.ndcg10 - 0.01) / bm25.ndcg10 }),
		ratio("vector"),
		ratio("hybrid", { atLeast: 1 }),
		ratio("reranked", { atLeast: (by.hybrid.ndcg10 - 0.003) / bm25.ndcg10 }),
		{
			...{ name: `${name}: hybrid search, Recall@100 against the best BM25's`, atLeast: 1, unit: "×" },
			...{ value: by.hybrid.recall100 / bm25.r100 },
			measured: `${by.hybrid.recall100.toFixed(4)} against ${bm25.r100.toFixed(4)}`,
		},
	];
}
