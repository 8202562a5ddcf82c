/** Processes a document once more: after a failure, or as its index cuts documents now. */
import { isoTime } from "#core/clock";
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
	const executionId = newRunId(home);
	const again = { ...document, executionId, status: "processing" as const, error: null, updatedAt: isoTime() };
	await ctx.ingestions(home).start(ctx.caller, executionId, { document: again, chunking: config.chunking });
	await updateDocument(ctx, id, { executionId, status: "processing", error: null, updatedAt: again.updatedAt });
	return again;
}
