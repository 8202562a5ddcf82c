/** Deletes an index with all of its documents: at once for everybody, and what is left of them soon after. */
import { isoTime } from "#core/clock";
import type { RagContext } from "./context.ts";
import { ownIndex } from "./own-index.ts";
import { forgetDocument } from "./remove-document.ts";
import { deleteIndexWithDocuments, documentsOf } from "./store.ts";
import { allShards } from "./vector-index/shard-of.ts";

/** So many are forgotten here; others when the reconciler comes by. */
const forgottenAtOnce = 200;

export async function removeIndex(ctx: RagContext, id: string): Promise<void> {
	const index = await ownIndex(ctx, id);
	const store = await ctx.parts.storeOf(index);
	await deleteIndexWithDocuments(ctx, id, isoTime());
	await Promise.all(allShards(index.generations).map((shard) => ctx.shard(id, shard).erase()));
	await store?.erase();
	ctx.background.waitUntil(forgetDocuments(ctx, id));
}

async function forgetDocuments(ctx: RagContext, indexId: string): Promise<void> {
	for (const document of await documentsOf(ctx, indexId, forgottenAtOnce)) await forgetDocument(ctx, document);
}
