/** Changes what a document is called and what searches filter by; its text stays. */
import { isoTime } from "#core/clock";
import type { RagContext } from "./context.ts";
import { ownIndex } from "./own-index.ts";
import type { UpdateDocument } from "./schema.ts";
import { getDocument, updateDocument as updateRow } from "./store.ts";
import type { DocumentRow } from "./tables.ts";
import type { StoredVector, VectorStore } from "./vector-stores/vector-store.ts";

export async function updateDocument(ctx: RagContext, id: string, changes: UpdateDocument): Promise<DocumentRow> {
	const document = await getDocument(ctx, id);
	const index = await ownIndex(ctx, document.indexId);
	const { metadata = document.metadata, title = document.title } = changes;
	const changed = { metadata, title, updatedAt: isoTime() };
	const shard = ctx.shard(document.indexId, document.shard);
	await shard.describe(id, { metadata, title: title ?? document.originalName });
	const store = await ctx.parts.storeOf(index);
	if (store)
		await describeVectors(store, await shard.chunkIds(id), { documentId: id, ownerId: index.ownerId, metadata });
	await updateRow(ctx, id, changed);
	return { ...document, ...changed };
}

const describedAtOnce = 100;

async function describeVectors(
	store: VectorStore,
	ids: string[],
	common: Pick<StoredVector, "documentId" | "ownerId" | "metadata">,
): Promise<void> {
	for (let done = 0; done < ids.length; done += describedAtOnce) {
		const vectors = await store.vectors(ids.slice(done, done + describedAtOnce));
		await store.upsert([...vectors].map(([id, vector]) => ({ id, ...common, shared: false, vector })));
	}
}
