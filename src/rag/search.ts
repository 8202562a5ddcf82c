/** Finds passages in the indexes that the caller may search. */
import { AppError } from "#core/errors";
import { inSpan } from "#core/in-span";
import type { Span } from "#core/telemetry";
import { buildOf } from "./build-of.ts";
import type { RagContext } from "./context.ts";
import type { FoundChunk } from "./learning-index-object.ts";
import { DocumentTexts } from "./document-texts.ts";
import { mergeFound } from "./merge-found.ts";
import { diverse, rerank, type Reranked } from "./reranking/rerank.ts";
import type { Reranker } from "./reranking/reranker.ts";
import { highlights } from "./retrieval/highlights.ts";
import { accessOf, searchIndex } from "./search-index.ts";
import { maxIndexesAtOnce, type SearchRequest, type SearchResult } from "./search-schema.ts";
import { documentsById, searchableIndexes } from "./store.ts";
import type { DocumentRow, IndexRow } from "./tables.ts";

interface Found extends FoundChunk, Partial<Pick<Reranked, "found">> {
	index: IndexRow;
	document: DocumentRow;
}

/** Throws `not_found` where an index is named that the caller may not search. */
export async function search(ctx: RagContext, request: SearchRequest): Promise<SearchResult[]> {
	const { query, indexIds, mode, limit, minScore = -Infinity } = request;
	const span = ctx.span.child("search_documents", {
		attributes: { "agentic_edge.search.mode": mode, "agentic_edge.search.limit": limit },
	});
	return await inSpan(span, async () => {
		const reranker = request.rerank && (await ctx.reranker(request.rerank.model));
		const indexes = await searchableIndexes(ctx, indexIds, maxIndexesAtOnce);
		const missing = indexIds?.find((id) => !indexes.some((index) => index.id === id));
		if (missing !== undefined) throw new AppError("not_found", `There is no index ${missing}.`);
		const depth = Math.max(limit, request.rerank?.depth ?? 0);
		// Where there is a reranker, it is its order that is made diverse.
		const wanted = { ...request, limit: depth, ...(reranker && { diversity: 0 }) };
		const lists = await Promise.all(indexes.map((index) => foundIn(ctx, index, wanted)));
		const candidates = mergeFound(lists).slice(0, depth);
		const ranked = reranker ? await inNewOrder(reranker, candidates, request, span) : candidates;
		const found = ranked.slice(0, limit).filter(({ score }) => score >= minScore);
		span.attributes["agentic_edge.search.results"] = found.length;
		const texts = new DocumentTexts(ctx.files);
		return await Promise.all(found.map((one) => resultOf(ctx, texts, one, request, query)));
	});
}

async function inNewOrder(
	reranker: Reranker,
	candidates: Found[],
	{ query, limit, diversity }: SearchRequest,
	span: Span,
): Promise<Found[]> {
	const ranked = await rerank(reranker, query, candidates, span);
	return diversity > 0 ? diverse(ranked, limit, diversity) : ranked;
}

async function foundIn(ctx: RagContext, index: IndexRow, request: SearchRequest): Promise<Found[]> {
	const chunks = await searchIndex(ctx, index, request);
	// What is being deleted is not found, though it may still be there.
	const documents = await documentsById(ctx, [...new Set(chunks.map(({ chunk }) => chunk.documentId))]);
	return chunks.flatMap((hit) => {
		const document = documents.get(hit.chunk.documentId);
		return document ? [{ ...hit, index, document }] : [];
	});
}

async function resultOf(
	ctx: RagContext,
	texts: DocumentTexts,
	{ chunk, score, parts, found, index, document }: Found,
	{ explain, neighbours, parents }: SearchRequest,
	query: string,
): Promise<SearchResult> {
	const { id, documentId, text, page, pageEnd, start, end, metadata } = chunk;
	const name = document.originalName;
	const around = neighbours > 0 ? await neighboursOf(ctx, index, document, id, neighbours) : undefined;
	const reranked = found === undefined ? undefined : { found, rerank: score };
	const parent = parents && chunk.parent ? await parentOf(texts, documentId, chunk.parent) : undefined;
	return {
		...{ chunkId: id, documentId, indexId: index.id, title: chunk.title },
		source: page === undefined ? name : `${name}, page ${page}`,
		...{ text, score, start, end, metadata: metadata },
		...(page !== undefined && { page, pageEnd }),
		highlights: highlights(text, query),
		...around,
		...(parent && { parent }),
		...(explain && (parts || reranked) && { parts: { ...parts, ...reranked } }),
	};
}

async function neighboursOf(ctx: RagContext, index: IndexRow, document: DocumentRow, chunkId: string, count: number) {
	const shard = ctx.shard(buildOf(index).id, document.shard);
	const [around] = await shard.neighbours([chunkId], count, accessOf(index));
	const textOf = ({ text }: { text: string }) => text;
	return { before: around?.before.map(textOf) ?? [], after: around?.after.map(textOf) ?? [] };
}

async function parentOf(texts: DocumentTexts, documentId: string, { start, end }: { start: number; end: number }) {
	const parsed = await texts.of(documentId);
	return parsed ? { start, end, text: parsed.text.slice(start, end) } : undefined;
}
