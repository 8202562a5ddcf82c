/**
 * From the bytes of a document to chunks that can be found. Every step can be made again: chunks have ids of their own,
 * and what an attempt before has left is written over.
 */
import { sha256 } from "#core/crypto";
import { AppError, asAppError } from "#core/errors";
import { inSpan } from "#core/in-span";
import type { Span } from "#core/telemetry";
import type { NewEvent } from "#run/run-log";
import { chunksAtOnce, type ChunkWriter } from "./chunk-writer.ts";
import type { Chunk } from "./chunking/chunk.ts";
import { chunkDocument } from "./chunking/chunk-document.ts";
import type { DocumentFiles } from "./document-files.ts";
import { parseDocument } from "./documents/parse-document.ts";
import type { DocumentType } from "./documents/parsed-document.ts";
import { fetchDocument } from "./fetch-document.ts";
import type { IngestionInput, IngestionResult } from "./ingestion-run.ts";
import type { DocumentRow } from "./tables.ts";
import type { IndexedChunk } from "./vector-index/chunk.ts";

export interface IngestionWork {
	input: IngestionInput;
	runId: string;
	/** Of a protected document. */
	password?: string;
	files: DocumentFiles;
	writer: ChunkWriter;
	fetch: typeof fetch;
	span: Span;
	signal: AbortSignal;
	/** What breaks is not made again. */
	isLastAttempt: boolean;
	record(events: NewEvent[]): void;
	/** Another document of the same index that has these bytes. */
	twinOf(contentHash: string): Promise<string | undefined>;
	/** What its owner may have changed meanwhile. */
	current(): Promise<Pick<DocumentRow, "title" | "metadata">>;
}

const contentTypes: Record<DocumentType, string> = {
	text: "text/plain",
	pdf: "application/pdf",
	docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	html: "text/html",
	markdown: "text/markdown",
	csv: "text/csv",
	json: "application/json",
};

/** Throws an AppError for what cannot be read, with the reason. */
export async function ingestDocument(work: IngestionWork): Promise<IngestionResult> {
	try {
		return await ingest(work);
	} catch (error) {
		// An attempt that a crash has ended may have written some, and this one not have come so far.
		if (isFinal(work, error)) await work.writer.discardLike(work.input.document.id, chunkIdsBegin(work));
		throw error;
	}
}

async function ingest(work: IngestionWork): Promise<IngestionResult> {
	const { input, password, files, span, signal, record } = work;
	const { document } = input;
	const { bytes, contentHash, contentType } = await originalOf(work);
	const name = document.originalName;
	const source = { name, contentType, password, signal };
	const parsed = await inSpan(span.child("parse_document"), () => parseDocument(bytes, source));
	const { type, text, pages } = parsed;
	const title = document.title ?? parsed.title;
	await files.putText(document.id, parsed);
	signal.throwIfAborted();
	record([
		{ type: "document.parsed", data: { type, title, characters: text.length, ...(pages && { pages: pages.length }) } },
	]);
	const chunks = chunkDocument(parsed, input.chunking);
	record([{ type: "document.chunked", data: { chunks: chunks.length } }]);
	await inSpan(span.child("index_document"), () => write(work, chunks, title ?? name));
	await describeAnew(work, title ?? name);
	return {
		...{ type, contentType: contentTypes[type], size: bytes.byteLength, contentHash },
		...{ characters: text.length, chunks: chunks.length },
		...(title !== undefined && { title }),
		...(pages && { pages: pages.length }),
	};
}

async function originalOf({ input: { document }, files, fetch, signal, twinOf }: IngestionWork) {
	const { id, originalName, sourceUrl } = document;
	const stored = await files.original(id);
	const { bytes, contentType } = stored
		? { bytes: await stored.bytes(), contentType: stored.httpMetadata?.contentType }
		: await fetched();
	const contentHash = await sha256(bytes);
	const twin = await twinOf(contentHash);
	if (twin) throw new AppError("conflict", `The same document is in the index already, as ${twin}.`);
	if (!stored) await files.putOriginal(id, bytes, contentType);
	return { bytes, contentHash, contentType };

	async function fetched() {
		if (sourceUrl === null) throw new AppError("not_found", `The bytes of ${originalName} are no longer there.`);
		return await fetchDocument(fetch, sourceUrl, signal);
	}
}

/** What was there of the document stays until all of it is there anew; where it does not come to that, it stays. */
async function write(work: IngestionWork, chunks: Chunk[], title: string): Promise<void> {
	const { input, writer, signal } = work;
	const { id: documentId } = input.document;
	const ids = chunks.map(({ index: place }) => `${chunkIdsBegin(work)}${place}`);
	try {
		await writeBatches(work, chunks, ids, title);
		signal.throwIfAborted();
	} catch (error) {
		if (isFinal(work, error)) await writer.discard(documentId, ids);
		throw error;
	}
	await writer.retain(documentId, ids);
	work.record([{ type: "document.indexed", data: { chunks: chunks.length } }]);
}

async function writeBatches(work: IngestionWork, chunks: Chunk[], ids: string[], title: string): Promise<void> {
	const { input, writer, signal, record, span } = work;
	const { id: documentId, ownerId, metadata } = input.document;
	for (let done = 0; done < chunks.length;) {
		const batch = chunks.slice(done, done + chunksAtOnce).map((chunk, i): IndexedChunk => {
			const { text, start, end, page, pageEnd, parent } = chunk;
			const place = { start, end, ...(page !== undefined && { page, pageEnd }), ...(parent && { parent }) };
			return { id: ids[done + i]!, documentId, ownerId, shared: false, title, text, metadata, ...place };
		});
		signal.throwIfAborted();
		await writer.write(batch, { signal, span });
		// To make vectors takes the processor; whoever else asks of this Worker goes first, as does a cancel.
		await scheduler.wait(0);
		done += batch.length;
		signal.throwIfAborted();
		record([{ type: "document.embedded", data: { done, total: chunks.length } }]);
	}
}

/** What its owner has changed while it was being written. */
async function describeAnew({ input, writer, current }: IngestionWork, writtenTitle: string): Promise<void> {
	const { id, ownerId, metadata } = input.document;
	const now = await current();
	const title = now.title ?? writtenTitle;
	if (title === writtenTitle && JSON.stringify(now.metadata) === JSON.stringify(metadata)) return;
	await writer.describe({ documentId: id, ownerId }, { title, metadata: now.metadata });
}

/** What broke otherwise may be made again under the same ids. */
function isFinal({ signal, isLastAttempt }: IngestionWork, error: unknown): boolean {
	return signal.aborted || asAppError(error) !== undefined || isLastAttempt;
}

/** The same for every attempt of one processing, and another for the next: runs of one home differ at their end. */
function chunkIdsBegin({ input, runId }: IngestionWork): string {
	return `${input.document.id}:${runId.slice(-8)}:`;
}
