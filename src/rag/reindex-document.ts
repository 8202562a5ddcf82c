/** Processes a document once more: after a failure, or as its index cuts documents now. */
import { isoTime } from "#core/clock";
import { isTerminal } from "#run/run";
import { homeOf, newRunId } from "#run/run-id";
import { claimedId } from "./claimed-id.ts";
import type { RagContext } from "./context.ts";
import { ownIndex } from "./own-index.ts";
import { getDocument, updateDocument } from "./store.ts";
import type { DocumentRow } from "./tables.ts";

/** Until it is done the document is found as it was. The bytes are read again: of a protected one with its password. */
export async function reindexDocument(ctx: RagContext, id: string, password?: string): Promise<DocumentRow> {
	const document = await getDocument(ctx, id);
	const { config } = await ownIndex(ctx, document.indexId);
	// The same object as before: it alone writes and removes the chunks of the document.
	const home = homeOf(document.executionId);
	const executionId = await claimedId(ctx, newRunId(home), ["reindex", id], password);
	if (executionId === document.executionId) return document;
	const begun = { executionId, status: "processing" as const, error: null, updatedAt: isoTime() };
	// Before it begins: what the object tells of it comes after.
	await updateDocument(ctx, id, begun);
	try {
		const again = { ...document, ...begun };
		const sealedPassword = password && (await ctx.passwords.sealed(executionId, password));
		const input = { document: again, chunking: config.chunking, sealedPassword };
		const run = await ctx.ingestions(home).start(ctx.caller, executionId, input);
		if (!isTerminal(run.status)) return again;
		// The key came before, and what it began is over.
		await putBack();
		return document;
	} catch (error) {
		await putBack();
		throw error;
	}

	async function putBack(): Promise<void> {
		const { executionId, status, error, updatedAt } = document;
		await updateDocument(ctx, id, { executionId, status, error, updatedAt });
	}
}
