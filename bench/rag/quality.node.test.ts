/** The margins that search by the local embedding keeps, on the collections beside the checkout. */
import { beforeAll, describe, expect, it } from "vitest";
import { bestBaseline, collectionNames, dataFolder, hasCollections, readCollection } from "./collection.ts";
import { evaluate } from "./evaluate.ts";
import { indexCollection, type Method, methods } from "./retriever.ts";
import type { Measures } from "./retrieval-measures.ts";

const there = hasCollections();
if (!there)
	console.warn(`The retrieval collections are not there (${dataFolder}); the quality of search is not tested.`);

interface Row {
	bm25: ReturnType<typeof bestBaseline>;
	found: Record<Method, Measures>;
}

describe.skipIf(!there)("on the collections", () => {
	const rows = new Map<string, Row>();

	beforeAll(async () => {
		for (const name of collectionNames) {
			const collection = readCollection(name);
			const { search } = indexCollection(collection);
			const found = {} as Row["found"];
			for (const method of methods) {
				found[method] = await evaluate(collection, (question) => search(method, question));
			}
			rows.set(name, { bm25: bestBaseline(collection), found });
		}
	}, 120_000);

	it.each(collectionNames)("%s: keywords find as well as the best BM25 does, within 0.01", (name) => {
		const { bm25, found } = rows.get(name)!;
		expect(found.keyword.ndcg10).toBeGreaterThan(bm25.ndcg10 - 0.01);
	});

	it.each(collectionNames)("%s: hybrid finds more, and better, than the best BM25", (name) => {
		const { bm25, found } = rows.get(name)!;
		expect(found.hybrid.ndcg10).toBeGreaterThan(bm25.ndcg10);
		// Where BM25 finds all there is no more to find.
		if (bm25.r100 === 1) expect(found.hybrid.recall100).toBe(1);
		else expect(found.hybrid.recall100).toBeGreaterThan(bm25.r100);
	});

	it("hybrid is better by 0.02 of nDCG@10 on average", () => {
		const gains = [...rows.values()].map(({ bm25, found }) => found.hybrid.ndcg10 - bm25.ndcg10);
		expect(gains.reduce((sum, gain) => sum + gain) / gains.length).toBeGreaterThan(0.02);
	});

	it.each(collectionNames)("%s: hybrid is better than keywords and than vectors alone", (name) => {
		const { found } = rows.get(name)!;
		expect(found.hybrid.ndcg10).toBeGreaterThan(Math.max(found.keyword.ndcg10, found.vector.ndcg10));
	});

	it("hybrid by the local reranker is better on average, and nowhere worse by more than 0.003", () => {
		const gains = [...rows.values()].map(({ found }) => found.reranked.ndcg10 - found.hybrid.ndcg10);
		expect(Math.min(...gains)).toBeGreaterThan(-0.003);
		expect(gains.reduce((sum, gain) => sum + gain) / gains.length).toBeGreaterThan(0.005);
	});

	it("vectors find what has no word in common: more of the relevant than BM25 in the largest collection", () => {
		const { bm25, found } = rows.get("ir-cranfield")!;
		expect(found.vector.recall100).toBeGreaterThan(bm25.r100);
	});

	it("hybrid is no worse than the best BM25 where only half of the texts were learnt from", async () => {
		const collection = readCollection("rag-xquad-en");
		const { search } = indexCollection(collection, collection.documents.length / 2);
		const found = await evaluate(collection, (question) => search("hybrid", question));
		expect(found.ndcg10).toBeGreaterThanOrEqual(bestBaseline(collection).ndcg10);
	});
});
