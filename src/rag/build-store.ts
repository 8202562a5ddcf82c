/** The queries of builds: what holds an index, what will, and what did. */
import { and, count, eq, isNotNull, isNull, lt, ne, type SQL, sql } from "drizzle-orm";
import { isoTime } from "#core/clock";
import { buildOf } from "./build-of.ts";
import type { RagDb } from "./context.ts";
import { type Build, type DocumentRow, type IndexRow, ragBuilds, ragDocuments, ragIndexes } from "./tables.ts";
import { shardOf } from "./vector-index/shard-of.ts";

interface Scope {
	db: RagDb;
}

export interface Rebuild {
	indexId: string;
	executionId: string;
	build: Build;
}

/** Answers whether it is the one that is to come: another may be so already. A second time changes nothing. */
export async function beginBuild({ db }: Scope, { indexId, executionId, build }: Rebuild): Promise<boolean> {
	const row = { id: build.id, indexId, build, executionId, state: "next" as const, updatedAt: isoTime() };
	await db.insert(ragBuilds).values(row).onConflictDoNothing();
	return await isStillNext({ db }, build.id);
}

/** The documents of an index of which the next build has not all yet, and that nothing is done with at the moment. */
export async function documentsToBackfill({ db }: Scope, indexId: string, limit: number): Promise<DocumentRow[]> {
	return await db
		.select()
		.from(ragDocuments)
		.where(and(eq(ragDocuments.indexId, indexId), isMissing, ne(ragDocuments.status, "processing")))
		.limit(limit);
}

export interface Backfill {
	document: DocumentRow;
	index: IndexRow;
	next: Build;
}

/** Undefined where the document is gone, or its index no longer rebuilt. */
export async function findBackfill({ db }: Scope, documentId: string): Promise<Backfill | undefined> {
	return await db
		.select({ document: ragDocuments, index: ragIndexes, next: ragBuilds.build })
		.from(ragDocuments)
		.innerJoin(ragIndexes, eq(ragIndexes.id, ragDocuments.indexId))
		.innerJoin(ragBuilds, and(eq(ragBuilds.indexId, ragIndexes.id), eq(ragBuilds.state, "next")))
		.where(and(eq(ragDocuments.id, documentId), ne(ragDocuments.status, "deleting"), isNull(ragIndexes.deletedAt)))
		.get();
}

export interface Place {
	build: Build;
	shard: string;
}

/** Where chunks of a document are: where it is searched, and where it is copied to; whoever asks. */
export async function placesOf({ db }: Scope, documentId: string): Promise<Place[]> {
	const found = await db
		.select({ document: ragDocuments, index: ragIndexes, next: ragBuilds.build })
		.from(ragDocuments)
		.innerJoin(ragIndexes, eq(ragIndexes.id, ragDocuments.indexId))
		.leftJoin(ragBuilds, and(eq(ragBuilds.indexId, ragIndexes.id), eq(ragBuilds.state, "next")))
		.where(eq(ragDocuments.id, documentId))
		.get();
	if (!found) return [];
	const { document, index, next } = found;
	const searched = { build: buildOf(index), shard: document.shard };
	return next ? [searched, copyPlace(documentId, next)] : [searched];
}

/** Where a rebuild puts a document: a build that is filled is of one generation. */
export function copyPlace(documentId: string, build: Build): Place {
	return { build, shard: shardOf(documentId, [build.generations[0]]) };
}

/** Answers whether it is so: what has changed meanwhile is to be copied again. */
export async function markBackfilled({ db }: Scope, { document, next }: Backfill, shard: string): Promise<boolean> {
	const isUnchanged = and(
		...[eq(ragDocuments.id, document.id), eq(ragDocuments.updatedAt, document.updatedAt)],
		eq(ragDocuments.status, document.status),
	);
	const marked = await db
		.update(ragDocuments)
		.set({ nextShard: shard })
		.where(and(isUnchanged, sql`EXISTS (SELECT 1 FROM rag_builds WHERE id = ${next.id} AND state = 'next')`))
		.returning({ id: ragDocuments.id });
	return marked.length > 0;
}

export interface BackfillProgress {
	done: number;
	total: number;
	/** Of all of them. */
	chunks: number;
}

/** How many documents with chunks there are, and of how many the next build has all. */
export async function countBackfilled({ db }: Scope, indexId: string): Promise<BackfillProgress> {
	const chunks = sql<number>`coalesce(sum(${ragDocuments.chunkCount}), 0)`;
	const [counted] = await db
		.select({ done: count(ragDocuments.nextShard), total: count(), chunks })
		.from(ragDocuments)
		.where(and(eq(ragDocuments.indexId, indexId), ne(ragDocuments.status, "deleting"), sql`chunk_count > 0`));
	return counted ?? { done: 0, total: 0, chunks: 0 };
}

/** Puts the next build in the place of the one that is searched, unless a document is missing or something changed. */
export async function switchBuild({ db }: Scope, index: IndexRow, before: Build, next: Build): Promise<void> {
	const { embeddingModel, dimensions, vectorStore, generations, sealedEmbedding = null, sealedStore = null } = next;
	const updatedAt = isoTime();
	const sealed = JSON.stringify({ build: next.id, sealedEmbedding, sealedStore });
	// A null takes out what was there.
	const config = sql`json_patch(${ragIndexes.config}, ${sealed})`;
	const stillNext = sql`EXISTS (SELECT 1 FROM rag_builds WHERE id = ${next.id} AND state = 'next')`;
	const isSwitched = sql`EXISTS (SELECT 1 FROM rag_indexes WHERE id = ${index.id}
		AND json_extract(config, '$.build') = ${next.id})`;
	const isBusy = sql`EXISTS (SELECT 1 FROM rag_documents WHERE index_id = ${index.id}
		AND (status = 'processing' OR (${isMissing})))`;
	await db.batch([
		db
			.update(ragIndexes)
			.set({ embeddingModel, dimensions, vectorStore, generations, config, updatedAt })
			.where(and(isUnchanged(index), stillNext, sql`NOT ${isBusy}`)),
		db
			.update(ragDocuments)
			// What has no chunks has a place for those to come.
			.set({ shard: sql`coalesce(next_shard, '0.0')`, nextShard: null })
			.where(and(eq(ragDocuments.indexId, index.id), stillNext, isSwitched)),
		db
			.update(ragBuilds)
			.set({ id: before.id, build: before, state: "retired", updatedAt })
			.where(and(isNext(next.id), isSwitched)),
	]);
}

/**
 * It comes no more, also where it was not begun with yet; what is in it already is erased later. One that is searched by
 * now stays.
 */
export async function dropBuild({ db }: Scope, { indexId, executionId, build }: Rebuild): Promise<void> {
	const { id } = build;
	const retired = { state: "retired" as const, updatedAt: isoTime() };
	const isSearched = sql`EXISTS (SELECT 1 FROM rag_indexes WHERE id = ${indexId}
		AND json_extract(config, '$.build') = ${id})`;
	const wasNext = sql`EXISTS (SELECT 1 FROM rag_builds WHERE id = ${id} AND state = 'next')`;
	await db.batch([
		db
			.update(ragDocuments)
			.set({ nextShard: null })
			.where(and(eq(ragDocuments.indexId, indexId), isNotNull(ragDocuments.nextShard), wasNext)),
		db
			.insert(ragBuilds)
			.values({ id, indexId, build, executionId, ...retired })
			.onConflictDoUpdate({ target: ragBuilds.id, set: retired }),
		db.delete(ragBuilds).where(and(eq(ragBuilds.id, id), isSearched)),
	]);
}

/** Whether it is still to come. */
export async function isStillNext({ db }: Scope, buildId: string): Promise<boolean> {
	return (await db.select({ id: ragBuilds.id }).from(ragBuilds).where(isNext(buildId)).get()) !== undefined;
}

/** All but the one that is searched. */
export async function otherBuilds({ db }: Scope, indexId: string): Promise<Build[]> {
	const rows = await db.select({ build: ragBuilds.build }).from(ragBuilds).where(eq(ragBuilds.indexId, indexId));
	return rows.map(({ build }) => build);
}

/** Those that nobody has searched or filled since `before` (ISO 8601). */
export async function retiredBuilds({ db }: Scope, before: string): Promise<Build[]> {
	const rows = await db
		.select({ build: ragBuilds.build })
		.from(ragBuilds)
		.where(and(eq(ragBuilds.state, "retired"), lt(ragBuilds.updatedAt, before)))
		.orderBy(ragBuilds.updatedAt)
		.limit(20);
	return rows.map(({ build }) => build);
}

/** What could not be erased is tried again after all others. */
export async function putLast({ db }: Scope, buildId: string): Promise<void> {
	await db.update(ragBuilds).set({ updatedAt: isoTime() }).where(eq(ragBuilds.id, buildId));
}

export async function deleteBuildRow({ db }: Scope, buildId: string): Promise<void> {
	await db.delete(ragBuilds).where(eq(ragBuilds.id, buildId));
}

const isMissing = sql`status != 'deleting' AND chunk_count > 0 AND next_shard IS NULL`;

function isNext(buildId: string): SQL | undefined {
	return and(eq(ragBuilds.id, buildId), eq(ragBuilds.state, "next"));
}

/** It has not grown meanwhile, and was not deleted. */
function isUnchanged({ id, generations }: IndexRow): SQL | undefined {
	return and(eq(ragIndexes.id, id), eq(ragIndexes.generations, generations), isNull(ragIndexes.deletedAt));
}
