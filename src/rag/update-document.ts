/** Changes what a document is called and what searches filter by; its text stays. */
import { isoTime } from "#core/clock";
import type { RagContext } from "./context.ts";
import { ownIndex } from "./own-index.ts";
import type { UpdateDocument } from "./schema.ts";
import { getDocument, updateDocument as updateRow } from "./store.ts";
import type { DocumentRow } from "./tables.ts";

export async function updateDocument(ctx: RagContext, id: string, changes: UpdateDocument): Promise<DocumentRow> {
	const document = await getDocument(ctx, id);
	await ownIndex(ctx, document.indexId);
	const { metadata = document.metadata, title = document.title } = changes;
	const changed = { metadata, title, updatedAt: isoTime() };
	await ctx.shard(document.indexId, document.shard).describe(id, {
		...{ metadata, title: title ?? document.originalName },
	});
	await updateRow(ctx, id, changed);
	return { ...document, ...changed };
}
