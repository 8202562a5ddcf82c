/** Takes a document in: it is listed at once, and found when it is processed. */
import { isoTime } from "#core/clock";
import { sha256 } from "#core/crypto";
import { AppError } from "#core/errors";
import { newId } from "#core/ids";
import { isTerminal } from "#run/run";
import { homeOf, newRunId } from "#run/run-id";
import { buildOf, heldDimensions } from "./build-of.ts";
import { claimedId } from "./claimed-id.ts";
import type { RagContext } from "./context.ts";
import { maxDocumentBytes } from "./documents/limits.ts";
import { fileName } from "./file-name.ts";
import { ingestionHomeOf } from "./ingestion-home.ts";
import { ownIndex } from "./own-index.ts";
import { partOfRequest } from "./part-of-request.ts";
import { reindexDocument } from "./reindex-document.ts";
import type { Metadata } from "./schema.ts";
import {
	deleteDocumentRow,
	findTwin,
	getDocument,
	getIndex,
	growIndex,
	insertDocument,
	updateDocument,
} from "./store.ts";
import type { DocumentRow, IndexRow } from "./tables.ts";
import { grown, shardOf, shardsOf } from "./vector-index/shard-of.ts";

export interface NewDocument {
	indexId: string;
	name: string;
	metadata: Metadata;
	contentType?: string;
	/** Either these, or where they are fetched from. */
	bytes?: Uint8Array;
	url?: string;
	/** Of a protected document. */
	password?: string;
}

/**
 * The document that has these bytes already, where the index has one. The row comes first, and with it the right to the
 * bytes: what breaks after is taken back here. Where the Worker dies instead, whoever sends the same once more goes on
 * with that row, and if nobody does, the reconciler tells it as failed. What could not be read is read again with the
 * password that comes with its bytes. Throws `invalid_input`, `payload_too_large`, `limit_exceeded`.
 */
export async function addDocument(ctx: RagContext, added: NewDocument): Promise<DocumentRow> {
	const { bytes, url = null, contentType = "application/octet-stream" } = added;
	const name = fileName(added.name);
	const index = await ownIndex(ctx, added.indexId);
	if (bytes?.byteLength === 0) throw new AppError("invalid_input", `${name} is empty.`);
	if (bytes && bytes.byteLength > maxDocumentBytes) {
		throw new AppError("payload_too_large", `${name} is larger than ${maxDocumentBytes} bytes.`);
	}
	const contentHash = bytes ? await sha256(bytes) : "";
	const asked = [index.id, name, contentHash, url, added.metadata];
	const id = await claimedId(ctx, newId("doc"), asked, added.password);
	const home = await ingestionHomeOf(index.ownerId);
	const now = isoTime();
	const document: DocumentRow = {
		...{ id, ownerId: index.ownerId, indexId: index.id, shard: await shardFor(ctx, index, id), nextShard: null },
		...{ filename: id, originalName: name, foldedName: name.toLowerCase(), contentType, type: null, title: null },
		...{ size: bytes?.byteLength ?? 0, contentHash, status: "processing", error: null, metadata: added.metadata },
		...{ sourceUrl: url, characters: null, pages: null, chunkCount: 0, executionId: newRunId(home) },
		...{ uploadedAt: now, updatedAt: now },
	};
	const row = (await insertDocument(ctx, document, buildOf(index).id)) ?? (await twinOf(ctx, document));
	// The index was rebuilt meanwhile, and has other places.
	if (!row) return await addDocument(ctx, added);
	if (row.executionId !== document.executionId) return await begunAgain(ctx, row, index, added, id);
	try {
		await begin(ctx, row, index, added);
	} catch (error) {
		await ctx.files.delete(id);
		await deleteDocumentRow(ctx, id);
		throw error;
	}
	return row;
}

/** Both steps may be made again. */
async function begin(ctx: RagContext, document: DocumentRow, { config }: IndexRow, { bytes, password }: NewDocument) {
	const { id, executionId, contentType } = document;
	if (bytes) await ctx.files.putOriginal(id, bytes, contentType);
	const sealedPassword = password && (await ctx.passwords.sealed(executionId, password));
	const input = { document, chunking: config.chunking, sealedPassword };
	return await ctx.ingestions(homeOf(executionId)).start(ctx.caller, executionId, input);
}

/** A row that is there already may be of a request that broke before its processing began. */
async function begunAgain(
	ctx: RagContext,
	row: DocumentRow,
	index: IndexRow,
	added: NewDocument,
	claimed: string,
): Promise<DocumentRow> {
	if (row.status === "ready" || row.status === "deleting") return row;
	const { status } = await begin(ctx, row, index, added);
	// Unless it is the very request that has failed, and comes once more.
	if (status === "failed" && added.password !== undefined && row.id !== claimed) {
		return await reindexDocument(partOfRequest(ctx, "again"), row.id, added.password);
	}
	if (isTerminal(status) || row.status === "processing") return row;
	const begun = { status: "processing" as const, error: null, updatedAt: isoTime() };
	await updateDocument(ctx, row.id, begun);
	return { ...row, ...begun };
}

/** Of a row that could not be. Throws `not_found` where that is because the index is gone. */
async function twinOf(ctx: RagContext, document: DocumentRow): Promise<DocumentRow | undefined> {
	const twin = document.contentHash ? await findTwin(ctx, document) : undefined;
	if (twin !== undefined) return await getDocument(ctx, twin);
	await getIndex(ctx, document.indexId);
	return undefined;
}

async function shardFor(ctx: RagContext, index: IndexRow, documentId: string): Promise<string> {
	const build = buildOf(index);
	const { id, generations } = build;
	const newest = shardsOf(generations, generations.length - 1);
	const counts = await Promise.all(newest.map((shard) => ctx.shard(id, shard).count()));
	const room = grown(
		generations,
		counts.reduce((sum, count) => sum + count, 0),
		heldDimensions(build),
	);
	if (room !== generations) await growIndex(ctx, index, room);
	return shardOf(documentId, room);
}
