/** The text of a document, into which chunks and citations point. */
import { AppError } from "#core/errors";
import type { RagContext } from "./context.ts";
import type { DocumentContent } from "./schema.ts";
import { getDocument } from "./store.ts";

/** Throws `not_found`, and `conflict` while there is no text yet, or none to be had. */
export async function documentContent(ctx: RagContext, documentId: string): Promise<DocumentContent> {
	const { error } = await getDocument(ctx, documentId);
	const parsed = await ctx.files.text(documentId);
	if (!parsed) throw new AppError("conflict", error ? `It was not read: ${error.message}` : "It is still being read.");
	const { text, pages, outline } = parsed;
	return { documentId, text, outline, ...(pages && { pages }) };
}
