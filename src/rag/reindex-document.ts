/** Processes a document once more: after a failure, or as its index cuts documents now. */
import { isoTime } from "#core/clock";
import { sha256 } from "#core/crypto";
import { homeOf, newRunId } from "#run/run-id";
import type { RagContext } from "./context.ts";
import { ownIndex } from "./own-index.ts";
import { getDocument, updateDocument } from "./store.ts";
import type { DocumentRow } from "./tables.ts";

/** Until it is done the document is found as it was. */
export async function reindexDocument(ctx: RagContext, id: string): Promise<DocumentRow> {
	const document = await getDocument(ctx, id);
	const { config } = await ownIndex(ctx, document.indexId);
	// The same object as before: it alone writes and removes the chunks of the document.
	const home = homeOf(document.executionId);
	const executionId = await claimedRun(ctx, newRunId(home), id);
	if (executionId === document.executionId) return document;
	const begun = { executionId, status: "processing" as const, error: null, updatedAt: isoTime() };
	// Before it begins: what the object tells of it comes after.
	await updateDocument(ctx, id, begun);
	try {
		const again = { ...document, ...begun };
		await ctx.ingestions(home).start(ctx.caller, executionId, { document: again, chunking: config.chunking });
		return again;
	} catch (error) {
		const { status, error: before, updatedAt } = document;
		await updateDocument(ctx, id, { executionId: document.executionId, status, error: before, updatedAt });
		throw error;
	}
}

async function claimedRun({ caller, keys }: RagContext, runId: string, documentId: string): Promise<string> {
	const { idempotencyKey, userId } = caller;
	if (!idempotencyKey) return runId;
	return await keys(userId).claim(idempotencyKey, await sha256(JSON.stringify(["reindex", documentId])), runId);
}
