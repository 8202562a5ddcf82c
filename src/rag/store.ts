/** The queries of the rag database; each one sees only what its caller may see. */
import { and, count, desc, eq, isNotNull, isNull, lt, ne, type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import { madeOnce } from "#core/made-once";
import { after, visible } from "#core/owned-rows";
import { type Page, type PageRequest, pageOf } from "#core/paging";
import type { RagDb } from "./context.ts";
import type { ChunkingConfig } from "./chunking/chunking-config.ts";
import type { DocumentStatus } from "./schema.ts";
import { type DocumentRow, type IndexRow, ragDocuments, ragIndexes } from "./tables.ts";

/** A database and on whose behalf it is asked. */
export interface Scope {
	db: RagDb;
	readonly caller: Caller;
}

export interface ListedIndex extends IndexRow {
	documentCount: number;
	chunkCount: number;
	/** The execution that is rebuilding it. */
	rebuildId: string | null;
}

export interface DocumentFilter {
	indexId?: string;
	status?: DocumentStatus;
	name?: string;
}

const mostIndexesOfOwner = 200;

export const openDb = madeOnce((database: D1Database): RagDb => drizzle(database));

const documentCount = sql<number>`(SELECT count(*) FROM rag_documents WHERE index_id = rag_indexes.id
	AND status != 'deleting')`;
const chunkCount = sql<number>`(SELECT coalesce(sum(chunk_count), 0) FROM rag_documents WHERE index_id = rag_indexes.id
	AND status != 'deleting')`;
const rebuildId = sql<string | null>`(SELECT execution_id FROM rag_builds WHERE index_id = rag_indexes.id
	AND state = 'next')`;
const listed = { index: ragIndexes, documentCount, chunkCount, rebuildId };

/** Throws `conflict` for a name that the owner has given already, `limit_exceeded` where he has too many. */
export async function insertIndex({ db }: Scope, index: IndexRow): Promise<void> {
	const ofOwner = db.select({ n: count() }).from(ragIndexes).where(eq(ragIndexes.ownerId, index.ownerId));
	try {
		// One transaction: the index is counted with all others, and taken out again before anybody sees it.
		const [, refused] = await db.batch([
			db.insert(ragIndexes).values(index),
			db
				.delete(ragIndexes)
				.where(and(eq(ragIndexes.id, index.id), sql`${ofOwner} > ${mostIndexesOfOwner}`))
				.returning({ id: ragIndexes.id }),
		]);
		if (refused.length === 0) return;
	} catch (error) {
		throw asNameTaken(error, index.name);
	}
	throw new AppError("limit_exceeded", `An owner has ${mostIndexesOfOwner} indexes at most; delete some first.`);
}

/** Throws `not_found`. */
export async function getIndex({ db, caller }: Scope, id: string): Promise<IndexRow> {
	const isIt = and(eq(ragIndexes.id, id), isSeen(caller));
	return (await db.select().from(ragIndexes).where(isIt).get()) ?? throwNoIndex();
}

/** With its counts, for which the rows of all its documents are read. Throws `not_found`. */
export async function getListedIndex({ db, caller }: Scope, id: string): Promise<ListedIndex> {
	const isIt = and(eq(ragIndexes.id, id), isSeen(caller));
	return listedIndex((await db.select(listed).from(ragIndexes).where(isIt).get()) ?? throwNoIndex());
}

function throwNoIndex(): never {
	throw new AppError("not_found", "There is no such index.");
}

/** Whoever asks: for what goes on with it. */
export async function findIndex({ db }: Pick<Scope, "db">, id: string): Promise<IndexRow | undefined> {
	return await db.select().from(ragIndexes).where(eq(ragIndexes.id, id)).get();
}

export async function listIndexes({ db, caller }: Scope, request: PageRequest): Promise<Page<ListedIndex>> {
	const rows = await db
		.select(listed)
		.from(ragIndexes)
		.where(and(isSeen(caller), after(request, ragIndexes.createdAt, ragIndexes.id)))
		.orderBy(desc(ragIndexes.createdAt), desc(ragIndexes.id))
		.limit(request.limit + 1);
	return pageOf(rows.map(listedIndex), request.limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

/** Those of the ids that the caller may search, or else the newest of his own. */
export async function searchableIndexes(
	{ db, caller }: Scope,
	ids: string[] | undefined,
	most: number,
): Promise<IndexRow[]> {
	const chosen = ids
		? and(sql`${ragIndexes.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`, isSeen(caller))
		: and(eq(ragIndexes.ownerId, caller.userId), isNull(ragIndexes.deletedAt));
	return await db.select().from(ragIndexes).where(chosen).orderBy(desc(ragIndexes.createdAt)).limit(most);
}

export interface IndexChanges {
	name?: string;
	description?: string | null;
	shared?: boolean;
	chunking?: ChunkingConfig;
}

/** What is not named stays, also where somebody else changes it at the same time. */
export async function updateIndex(
	{ db }: Scope,
	id: string,
	{ chunking, ...changes }: IndexChanges,
	updatedAt: string,
): Promise<void> {
	const config = chunking && {
		config: sql`json_set(${ragIndexes.config}, '$.chunking', json(${JSON.stringify(chunking)}))`,
	};
	try {
		await db
			.update(ragIndexes)
			.set({ ...changes, ...config, updatedAt })
			.where(eq(ragIndexes.id, id));
	} catch (error) {
		throw asNameTaken(error, changes.name ?? "");
	}
}

/** Where more documents go, unless somebody else has made room meanwhile. */
export async function growIndex(
	{ db }: Pick<Scope, "db">,
	before: IndexRow,
	to: IndexRow["generations"],
): Promise<void> {
	await db
		.update(ragIndexes)
		.set({ generations: to })
		.where(and(eq(ragIndexes.id, before.id), eq(ragIndexes.generations, before.generations)));
}

/** From now on nobody sees it, nor any of its documents; its name is free. */
export async function markIndexDeleted({ db }: Pick<Scope, "db">, id: string, at: string): Promise<void> {
	const gone = { status: "deleting" as const, contentHash: "", updatedAt: at };
	await db.batch([
		db.update(ragIndexes).set({ deletedAt: at, name: id }).where(eq(ragIndexes.id, id)),
		db.update(ragDocuments).set(gone).where(eq(ragDocuments.indexId, id)),
	]);
}

export async function deleteIndexRow({ db }: Pick<Scope, "db">, id: string): Promise<void> {
	await db.delete(ragIndexes).where(eq(ragIndexes.id, id));
}

export async function deletedIndexes({ db }: Pick<Scope, "db">): Promise<IndexRow[]> {
	return await db.select().from(ragIndexes).where(isNotNull(ragIndexes.deletedAt)).limit(20);
}

export async function countDocuments({ db }: Pick<Scope, "db">, indexId: string): Promise<Record<string, number>> {
	const rows = await db
		.select({ status: ragDocuments.status, n: count() })
		.from(ragDocuments)
		.where(eq(ragDocuments.indexId, indexId))
		.groupBy(ragDocuments.status);
	return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}

/** The id of another document of the index with the same bytes. */
export async function findTwin(
	{ db }: Pick<Scope, "db">,
	{ id, indexId, contentHash }: Pick<DocumentRow, "id" | "indexId" | "contentHash">,
): Promise<string | undefined> {
	const isTwin = and(
		...[eq(ragDocuments.indexId, indexId), eq(ragDocuments.contentHash, contentHash), ne(ragDocuments.id, id)],
		// As the index says it, which is not used otherwise.
		sql`content_hash != ''`,
	);
	return (await db.select({ id: ragDocuments.id }).from(ragDocuments).where(isTwin).get())?.id;
}

/** Throws `not_found`. */
export async function getDocument({ db, caller }: Scope, id: string): Promise<DocumentRow> {
	const found = await db
		.select({ document: ragDocuments })
		.from(ragDocuments)
		.innerJoin(ragIndexes, eq(ragIndexes.id, ragDocuments.indexId))
		.where(and(eq(ragDocuments.id, id), ne(ragDocuments.status, "deleting"), isSeen(caller)))
		.get();
	if (!found) throw new AppError("not_found", "There is no such document.");
	return found.document;
}

export async function listDocuments(
	{ db, caller }: Scope,
	request: PageRequest,
	{ indexId, status, name }: DocumentFilter,
): Promise<Page<DocumentRow>> {
	const rows = await db
		.select({ document: ragDocuments })
		.from(ragDocuments)
		.innerJoin(ragIndexes, eq(ragIndexes.id, ragDocuments.indexId))
		.where(
			and(
				isSeen(caller),
				after(request, ragDocuments.uploadedAt, ragDocuments.id),
				ne(ragDocuments.status, "deleting"),
				indexId === undefined ? undefined : eq(ragDocuments.indexId, indexId),
				status === undefined ? undefined : eq(ragDocuments.status, status),
				name === undefined ? undefined : sql`instr(${ragDocuments.foldedName}, ${name.toLowerCase()}) > 0`,
			),
		)
		.orderBy(desc(ragDocuments.uploadedAt), desc(ragDocuments.id))
		.limit(request.limit + 1);
	const documents = rows.map(({ document }) => document);
	return pageOf(documents, request.limit, ({ uploadedAt, id }) => ({ at: uploadedAt, id }));
}

/** Whoever asks: for what goes on with it. */
export async function findDocument({ db }: Pick<Scope, "db">, id: string): Promise<DocumentRow | undefined> {
	return await db.select().from(ragDocuments).where(eq(ragDocuments.id, id)).get();
}

/** The newest of the caller's own. */
export async function ownReadyDocuments({ db, caller }: Scope, limit: number): Promise<DocumentRow[]> {
	return await db
		.select()
		.from(ragDocuments)
		.where(and(eq(ragDocuments.ownerId, caller.userId), eq(ragDocuments.status, "ready")))
		.orderBy(desc(ragDocuments.uploadedAt), desc(ragDocuments.id))
		.limit(limit);
}

/** Of those, what there is, whoever asks: for what was found already. */
export async function documentsById({ db }: Pick<Scope, "db">, ids: string[]): Promise<Map<string, DocumentRow>> {
	if (ids.length === 0) return new Map();
	const isOneOf = sql`${ragDocuments.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
	const rows = await db
		.select()
		.from(ragDocuments)
		.where(and(isOneOf, ne(ragDocuments.status, "deleting")));
	return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Undefined where its index is gone or was rebuilt, or has another document of the same bytes; what has its id already
 * stays.
 */
export async function insertDocument(
	{ db }: Pick<Scope, "db">,
	document: DocumentRow,
	buildId: string,
): Promise<DocumentRow | undefined> {
	const isThere = sql`EXISTS (SELECT 1 FROM rag_indexes WHERE id = ${document.indexId} AND deleted_at IS NULL
		AND coalesce(json_extract(config, '$.build'), id) = ${buildId})`;
	const isNew = and(eq(ragDocuments.id, document.id), eq(ragDocuments.executionId, document.executionId));
	const [, kept] = await db.batch([
		db.insert(ragDocuments).values(document).onConflictDoNothing(),
		db
			.delete(ragDocuments)
			.where(and(isNew, sql`NOT ${isThere}`))
			.returning({ id: ragDocuments.id }),
	]);
	return kept.length > 0 ? undefined : await findDocument({ db }, document.id);
}

/** Shows the document as its newest processing has it. What its owner has changed meanwhile stays. */
export async function projectDocument({ db }: Pick<Scope, "db">, document: DocumentRow): Promise<void> {
	const { id, title, type, contentType, size, contentHash, status, error, executionId } = document;
	const { characters, pages, chunkCount, updatedAt } = document;
	const made = { type, contentType, size, contentHash, characters, pages, chunkCount };
	// The next build of the index has it as it was.
	const set = {
		...{ ...made, executionId, status, error, updatedAt, nextShard: null },
		title: sql`coalesce(${ragDocuments.title}, ${title})`,
	};
	const isIt = and(eq(ragDocuments.id, id), ne(ragDocuments.status, "deleting"));
	try {
		await db.update(ragDocuments).set(set).where(isIt);
	} catch (thrown) {
		if (!isTaken(thrown)) throw thrown;
		const message = "The same document came into the index meanwhile.";
		const error = { code: "conflict" as const, message };
		const failed = { executionId, status: "failed" as const, error, updatedAt, nextShard: null };
		await db.update(ragDocuments).set(failed).where(isIt);
	}
}

/** Those that have been processed for long, as far as their rows say. */
export async function stalledDocuments({ db }: Pick<Scope, "db">, before: string): Promise<DocumentRow[]> {
	return await db
		.select()
		.from(ragDocuments)
		.where(and(eq(ragDocuments.status, "processing"), lt(ragDocuments.updatedAt, before)))
		.orderBy(ragDocuments.updatedAt)
		.limit(50);
}

export async function updateDocument(
	{ db }: Pick<Scope, "db">,
	id: string,
	changes: Partial<DocumentRow>,
): Promise<void> {
	await db
		.update(ragDocuments)
		.set(changes)
		.where(and(eq(ragDocuments.id, id), ne(ragDocuments.status, "deleting")));
}

/** From now on nobody sees it. Answers whether it was there. */
export async function markDeleting({ db }: Pick<Scope, "db">, id: string, at: string): Promise<void> {
	// Its bytes may be sent again at once.
	const gone = { status: "deleting" as const, contentHash: "", updatedAt: at };
	await db.update(ragDocuments).set(gone).where(eq(ragDocuments.id, id));
}

export async function deleteDocumentRow({ db }: Pick<Scope, "db">, id: string): Promise<void> {
	await db.delete(ragDocuments).where(eq(ragDocuments.id, id));
}

/** What somebody began to delete before `before` (ISO 8601) and has not finished. */
export async function unfinishedDeletions({ db }: Pick<Scope, "db">, before: string): Promise<DocumentRow[]> {
	return await db
		.select()
		.from(ragDocuments)
		.where(and(eq(ragDocuments.status, "deleting"), lt(ragDocuments.updatedAt, before)))
		.limit(50);
}

export async function documentsOf({ db }: Pick<Scope, "db">, indexId: string, limit: number): Promise<DocumentRow[]> {
	return await db.select().from(ragDocuments).where(eq(ragDocuments.indexId, indexId)).limit(limit);
}

function listedIndex({
	index,
	...counts
}: {
	index: IndexRow;
	documentCount: number;
	chunkCount: number;
	rebuildId: string | null;
}): ListedIndex {
	return { ...index, ...counts };
}

/** Those that the caller may see. */
function isSeen(caller: Caller): SQL | undefined {
	return and(isNull(ragIndexes.deletedAt), visible(caller, ragIndexes, ragIndexes.shared));
}

function asNameTaken(error: unknown, name: string): unknown {
	return isTaken(error) ? new AppError("conflict", `You have an index named "${name}" already.`) : error;
}

function isTaken(error: unknown): boolean {
	return /UNIQUE constraint/.test(`${String(error)} ${String((error as Error).cause)}`);
}
