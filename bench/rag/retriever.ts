/**
 * A collection in an index as the rag domain has it (FTS5 with its tokenizer, the local embedding, exact cosines), and
 * the ways to search it.
 */
import { DatabaseSync } from "node:sqlite";
import { fuse, type Scored } from "#rag/retrieval/fuse";
import { fusedDepth, hybridSearch } from "#rag/retrieval/hybrid-search";
import { keywordQuery } from "#rag/retrieval/keyword-query";
import { learnEmbedding } from "#rag/retrieval/learn-embedding";
import { localScores } from "#rag/reranking/local-scores";
import { searchableText } from "#rag/vector-index/full-text";
import { Rerank } from "#rag/search-schema";
import type { Collection } from "./collection.ts";

export interface Retriever {
	/** All that are found, the best first. */
	search(method: Method, question: string): Promise<string[]>;
	/** What learning and embedding took. */
	seconds: { learn: number; embed: number };
}

/**
 * `ranks`: keywords and vectors by reciprocal rank fusion; `scores`: by their scores, as `hybrid` does without feedback;
 * `reranked`: the first of `hybrid` by `local/rerank`.
 */
export const methods = ["keyword", "vector", "ranks", "scores", "hybrid", "reranked"] as const;
export type Method = (typeof methods)[number];

const depth = 1_000;
/** As searches have it. */
const rerankedDepth = Rerank.parse({}).depth;

/** `learnFrom` texts of the collection are learnt from, the others come later; all unless told otherwise. */
export function indexCollection({ documents }: Collection, learnFrom = documents.length): Retriever {
	const texts = documents.map(({ title, text }) => `${title} ${text}`.trim());
	const started = performance.now();
	const embedding = learnEmbedding(evenlySpread(texts, learnFrom));
	const learnt = performance.now();
	const vectors = texts.map((text) => embedding.embed(text));
	const embedded = performance.now();
	const keyword = keywordSearch(documents);
	const nearest = (vector: ArrayLike<number>, limit: number): Scored[] =>
		best(
			vectors.map((other, i) => ({ id: documents[i]!.id, score: product(vector, other) })),
			limit,
		);
	const vectorOf = new Map(documents.map(({ id }, i) => [id, vectors[i]!]));
	const documentOf = new Map(documents.map((document) => [document.id, document]));
	const ids = (hits: readonly Scored[]): string[] => hits.map(({ id }) => id);
	return {
		seconds: { learn: (learnt - started) / 1_000, embed: (embedded - learnt) / 1_000 },
		async search(method, question) {
			if (method === "keyword") return ids(keyword(question, depth));
			const vector = embedding.embed(question);
			if (method === "vector") return ids(nearest(vector, depth));
			const found = [keyword(question, fusedDepth), nearest(vector, fusedDepth)] as const;
			if (method === "ranks") return ids(fuseRanks(found));
			if (method === "scores") {
				const [words, near] = found;
				return ids(
					fuse([
						{ hits: words, floor: 0 },
						{ hits: near, floor: near.at(-1)?.score ?? 0 },
					]),
				);
			}
			const hybrid = await hybridSearch(vector, {
				keyword: async (limit) => keyword(question, limit),
				nearest: async (vector, limit) => nearest(vector, limit),
				vectors: async () => vectorOf,
			});
			if (method === "hybrid") return ids(hybrid);
			const candidates = hybrid.slice(0, rerankedDepth);
			const passages = candidates.map(({ id, score }) => ({ ...documentOf.get(id)!, score }));
			const scores = localScores(question, passages);
			const reranked = candidates.map(({ id }, i) => ({ id, score: scores[i]! }));
			return ids([...reranked.toSorted((a, b) => b.score - a.score), ...hybrid.slice(rerankedDepth)]);
		},
	};
}

function keywordSearch(documents: Collection["documents"]): (question: string, limit: number) => Scored[] {
	const database = new DatabaseSync(":memory:");
	database.exec("CREATE VIRTUAL TABLE words USING fts5 (title, text, tokenize = 'porter unicode61')");
	const insert = database.prepare("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)");
	documents.forEach(({ title, text }, i) => insert.run(i, searchableText(title), searchableText(text)));
	const select = database.prepare(
		"SELECT rowid, -bm25(words) AS score FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?",
	);
	return (question, limit) => {
		const expression = keywordQuery(question);
		if (expression === undefined) return [];
		return select.all(expression, limit).map(({ rowid, score }) => ({
			id: documents[Number(rowid)]!.id,
			score: Number(score),
		}));
	};
}

/** Cormack, Clarke and Büttcher, 2009. */
function fuseRanks(rankings: readonly Scored[][]): Scored[] {
	const scores = new Map<string, number>();
	for (const hits of rankings) hits.forEach(({ id }, i) => scores.set(id, (scores.get(id) ?? 0) + 1 / (61 + i)));
	return best(
		[...scores].map(([id, score]) => ({ id, score })),
		scores.size,
	);
}

function best(scored: Scored[], limit: number): Scored[] {
	return scored.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, limit);
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
	return sum;
}

function evenlySpread<T>(all: T[], count: number): T[] {
	return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
}
