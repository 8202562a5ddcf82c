/** Finds passages in the indexes that the caller may search. */
import { AppError } from "#core/errors";
import { inSpan } from "#core/in-span";
import { buildOf } from "./build-of.ts";
import type { RagContext } from "./context.ts";
import type { FoundChunk } from "./learning-index-object.ts";
import { DocumentTexts } from "./document-texts.ts";
import { mergeFound } from "./merge-found.ts";
import { highlights } from "./retrieval/highlights.ts";
import { accessOf, searchIndex } from "./search-index.ts";
import { maxIndexesAtOnce, type SearchRequest, type SearchResult } from "./search-schema.ts";
import { documentsById, searchableIndexes } from "./store.ts";
import type { DocumentRow, IndexRow } from "./tables.ts";

interface Found extends FoundChunk {
	index: IndexRow;
	document: DocumentRow;
}

/** Throws `not_found` where an index is named that the caller may not search. */
export async function search(ctx: RagContext, request: SearchRequest): Promise<SearchResult[]> {
	const { query, indexIds, mode, limit } = request;
	const span = ctx.span.child("search_documents", {
		attributes: { "agentic_edge.search.mode": mode, "agentic_edge.search.limit": limit },
	});
	return await inSpan(span, async () => {
		const indexes = await searchableIndexes(ctx, indexIds, maxIndexesAtOnce);
		const missing = indexIds?.find((id) => !indexes.some((index) => index.id === id));
		if (missing !== undefined) throw new AppError("not_found", `There is no index ${missing}.`);
		const lists = await Promise.all(indexes.map((index) => foundIn(ctx, index, request)));
		const found = mergeFound(lists)
			.slice(0, limit)
			.filter(({ score }) => score >= (request.minScore ?? -Infinity));
		span.attributes["agentic_edge.search.results"] = found.length;
		const texts = new DocumentTexts(ctx.files);
		return await Promise.all(found.map((one) => resultOf(ctx, texts, one, request, query)));
	});
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
	{ chunk, score, parts, index, document }: Found,
	{ explain, neighbours, parents }: SearchRequest,
	query: string,
): Promise<SearchResult> {
	const { id, documentId, text, page, pageEnd, start, end, metadata } = chunk;
	const name = document.originalName;
	const around = neighbours > 0 ? await neighboursOf(ctx, index, document, id, neighbours) : undefined;
	const parent = parents && chunk.parent ? await parentOf(texts, documentId, chunk.parent) : undefined;
	return {
		...{ chunkId: id, documentId, indexId: index.id, title: chunk.title },
		source: page === undefined ? name : `${name}, page ${page}`,
		...{ text, score, start, end, metadata: metadata },
		...(page !== undefined && { page, pageEnd }),
		highlights: highlights(text, query),
		...around,
		...(parent && { parent }),
		...(explain && parts && { parts }),
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
