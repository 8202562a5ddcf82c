/** The candidates of a search in the order of a reranker. */
import { inSpan } from "#core/in-span";
import type { Span } from "#core/telemetry";
import type { FoundChunk } from "#rag/learning-index-object";
import { diversify } from "#rag/retrieval/diversify";
import { PassageWords } from "./passage-words.ts";
import type { Reranker } from "./reranker.ts";

export interface Reranked extends FoundChunk {
	/** What the search made of it; `score` is the reranker's. */
	found: number;
}

/** The best first; equals in the order that they had. */
export async function rerank<Found extends FoundChunk>(
	reranker: Reranker,
	query: string,
	found: readonly Found[],
	parent: Span,
): Promise<(Found & Reranked)[]> {
	if (found.length === 0) return [];
	const { provider, modelId } = reranker;
	const span = parent.child(`rerank ${provider}/${modelId}`, {
		kind: provider === "local" ? "internal" : "client",
		attributes: {
			"gen_ai.operation.name": "rerank",
			"gen_ai.provider.name": provider,
			"gen_ai.request.model": modelId,
			"agentic_edge.rerank.candidates": found.length,
		},
	});
	const candidates = found.map(({ chunk: { title, text }, score }) => ({ title, text, score }));
	const scores = await inSpan(span, async () => await reranker.scores(query, candidates, span));
	return found.map((one, i) => ({ ...one, score: scores[i]!, found: one.score })).toSorted((a, b) => b.score - a.score);
}

/** Alike is what shares words: the vectors of several indexes have nothing in common. */
export function diverse<Found extends Reranked>(found: readonly Found[], limit: number, diversity: number): Found[] {
	const likeness = new PassageWords(found.map(({ chunk }) => chunk)).likeness();
	const best = found[0]?.score || 1;
	const candidates = found.map((one, place) => ({ one, place, score: one.score / best }));
	return diversify(candidates, limit, diversity, (a, b) => likeness[a.place]![b.place]!).map(({ one }) => one);
}
