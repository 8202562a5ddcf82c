/** Takes a document in: it is listed at once, and found when it is processed. */
import { isoTime } from "#core/clock";
import { sha256 } from "#core/crypto";
import { AppError } from "#core/errors";
import { newId } from "#core/ids";
import { newRunId } from "#run/run-id";
import type { RagContext } from "./context.ts";
import { maxDocumentBytes } from "./documents/limits.ts";
import { ingestionHomeOf } from "./ingestion-home.ts";
import { ownIndex } from "./own-index.ts";
import { forgetDocument } from "./remove-document.ts";
import type { Metadata } from "./schema.ts";
import { chunksInShards, findTwin, getDocument, growIndex, projectDocument } from "./store.ts";
import type { DocumentRow, IndexRow } from "./tables.ts";
import { grown, shardOf } from "./vector-index/shard-of.ts";

export interface NewDocument {
	indexId: string;
	name: string;
	metadata: Metadata;
	contentType?: string;
	/** Either these, or where they are fetched from. */
	bytes?: Uint8Array;
	url?: string;
}

/** The document that has these bytes already, where the index has one. Throws `invalid_input`, `payload_too_large`. */
export async function addDocument(ctx: RagContext, added: NewDocument): Promise<DocumentRow> {
	const { bytes, url = null, contentType = "application/octet-stream" } = added;
	const index = await ownIndex(ctx, added.indexId);
	if (bytes?.byteLength === 0) throw new AppError("invalid_input", `${added.name} is empty.`);
	if (bytes && bytes.byteLength > maxDocumentBytes) {
		throw new AppError("payload_too_large", `${added.name} is larger than ${maxDocumentBytes} bytes.`);
	}
	const id = newId("doc");
	const contentHash = bytes ? await sha256(bytes) : "";
	const known = bytes && (await findTwin(ctx, { id, indexId: index.id, contentHash }));
	if (known) return await getDocument(ctx, known);
	const home = await ingestionHomeOf(index.ownerId);
	const now = isoTime();
	const document: DocumentRow = {
		...{ id, ownerId: index.ownerId, indexId: index.id, shard: await shardFor(ctx, index, id) },
		...{ filename: id, originalName: added.name, contentType, type: null, title: null },
		...{ size: bytes?.byteLength ?? 0, contentHash, status: "processing", error: null, metadata: added.metadata },
		...{ sourceUrl: url, characters: null, pages: null, chunkCount: 0, executionId: newRunId(home) },
		...{ uploadedAt: now, updatedAt: now },
	};
	if (bytes) await ctx.files.putOriginal(id, bytes, contentType);
	await ctx.ingestions(home).start(ctx.caller, document.executionId, { document, chunking: index.config.chunking });
	await projectDocument(ctx, document);
	const twin = bytes && (await findTwin(ctx, document));
	if (!twin) return document;
	// The same bytes came twice at once, and the other was first.
	await forgetDocument(ctx, document);
	return await getDocument(ctx, twin);
}

async function shardFor(ctx: RagContext, index: IndexRow, documentId: string): Promise<string> {
	const { id, generations, dimensions } = index;
	const inNewest = await chunksInShards(ctx, id, `${generations.length - 1}.`);
	const room = grown(generations, inNewest, dimensions);
	if (room !== generations) await growIndex(ctx, index, room);
	return shardOf(documentId, room);
}
