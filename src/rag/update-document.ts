/** Changes what a document is called and what searches filter by; its text stays. */
import { isoTime } from "#core/clock";
import { placesOf } from "./build-store.ts";
import { ChunkWriter } from "./chunk-writer.ts";
import type { RagContext } from "./context.ts";
import { ownIndex } from "./own-index.ts";
import type { UpdateDocument } from "./schema.ts";
import { getDocument, updateDocument as updateRow } from "./store.ts";
import type { DocumentRow } from "./tables.ts";

export async function updateDocument(ctx: RagContext, id: string, changes: UpdateDocument): Promise<DocumentRow> {
	const document = await getDocument(ctx, id);
	const index = await ownIndex(ctx, document.indexId);
	const { metadata = document.metadata, title = document.title } = changes;
	const changed = { metadata, title, updatedAt: isoTime() };
	// First the row: what is being processed looks at it when all is written.
	await updateRow(ctx, id, changed);
	const place = { documentId: id, ownerId: index.ownerId };
	for (const { build, shard } of await placesOf(ctx, id)) {
		const writer = new ChunkWriter({ index: ctx.shard(build.id, shard), store: await ctx.parts.storeOf(build) });
		await writer.describe(place, { metadata, title: title ?? document.originalName });
	}
	return { ...document, ...changed };
}
