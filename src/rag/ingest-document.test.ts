/** The processing of a document, attempt by attempt. */
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { AppError } from "#core/errors";
import { newId, newToken } from "#core/ids";
import { chunkIndexOf } from "./chunk-index.ts";
import { ChunkWriter } from "./chunk-writer.ts";
import { DocumentFiles } from "./document-files.ts";
import { ingestDocument } from "./ingest-document.ts";
import type { IngestionInput } from "./ingestion-run.ts";
import { chunkOf, contextOf } from "./rag.fixture.ts";

test.for([
	["cancelled", AbortSignal.abort(new AppError("cancelled", "The run has ended.")), "A note."],
	["refused", new AbortController().signal, ""],
] as const)("one that is %s before it writes leaves nothing of an attempt before it", async ([, signal, text]) => {
	const { span, caller } = contextOf(newId("usr"));
	const documentId = newId("doc");
	const index = chunkIndexOf(env.VECTOR_INDEX, `idx_${newToken()}`, "0.0");
	const writer = new ChunkWriter({ index });
	const [before, crashed] = [`${documentId}:12345678:0`, `${documentId}:abcdefgh:0`];
	await writer.write(
		[before, crashed].map((id) => chunkOf(id, "A note.", documentId)),
		{ span },
	);
	const files = new DocumentFiles(env.DOCUMENTS);
	await files.putOriginal(documentId, new TextEncoder().encode(text), "text/plain");
	const document = { id: documentId, ownerId: caller.userId, originalName: "note.txt", sourceUrl: null, metadata: {} };
	const attempt = ingestDocument({
		...{ files, writer, span, signal, fetch, isLastAttempt: false, runId: "run_abcdefgh" },
		input: { document, chunking: {} } as unknown as IngestionInput,
		record: () => {},
		twinOf: async () => undefined,
		current: async () => ({ title: null, metadata: {} }),
	});
	await expect(attempt).rejects.toThrow(AppError);
	expect(await index.chunkIds(documentId)).toEqual([before]);
});
