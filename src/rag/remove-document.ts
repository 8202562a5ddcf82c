/** Deletes a document, everywhere: nobody sees it from the first moment on, and what a crash leaves is done later. */
import { isoTime } from "#core/clock";
import { homeOf } from "#run/run-id";
import type { RagContext } from "./context.ts";
import { ownIndex } from "./own-index.ts";
import { deleteDocumentRow, getDocument, markDeleting } from "./store.ts";
import type { DocumentRow } from "./tables.ts";

export async function removeDocument(ctx: RagContext, id: string): Promise<void> {
	const document = await getDocument(ctx, id);
	await ownIndex(ctx, document.indexId);
	await markDeleting(ctx, id, isoTime());
	await forgetDocument(ctx, document);
}

/** What is left of a document that nobody sees any more. Safe to repeat. */
export async function forgetDocument(
	{ db, files, ingestions }: Pick<RagContext, "db" | "files" | "ingestions">,
	document: DocumentRow,
): Promise<void> {
	await ingestions(homeOf(document.executionId)).forget(document);
	await files.delete(document.id);
	await deleteDocumentRow({ db }, document.id);
}
