/** Deletes an index with all of its documents: at once for everybody, and what is left of them soon after. */
import { isoTime } from "#core/clock";
import type { RagContext } from "./context.ts";
import { ownIndex } from "./own-index.ts";
import { forgetDocument } from "./remove-document.ts";
import { deleteIndexRow, documentsOf, markIndexDeleted } from "./store.ts";
import type { IndexRow } from "./tables.ts";
import { allShards } from "./vector-index/shard-of.ts";

type Scope = Pick<RagContext, "db" | "files" | "ingestions" | "parts" | "shard">;

const forgottenAtOnce = 20;

export async function removeIndex(ctx: RagContext, id: string): Promise<void> {
	const index = await ownIndex(ctx, id);
	await markIndexDeleted(ctx, id, isoTime());
	// What fails here is done by the reconciler.
	ctx.background.waitUntil(
		forgetIndex(ctx, index).catch((error: unknown) => console.error("an index waits to be deleted", id, error)),
	);
}

/** What is left of an index that nobody sees any more. Safe to repeat. */
export async function forgetIndex(scope: Scope, index: IndexRow): Promise<void> {
	for (;;) {
		const documents = await documentsOf(scope, index.id, forgottenAtOnce);
		if (documents.length === 0) break;
		await Promise.all(documents.map((document) => forgetDocument(scope, document)));
	}
	const store = await scope.parts.storeOf(index);
	await store?.erase();
	await Promise.all(allShards(index.generations).map((shard) => scope.shard(index.id, shard).erase()));
	await deleteIndexRow(scope, index.id);
}
