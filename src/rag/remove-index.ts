/** Deletes an index with all of its documents: at once for everybody, and what is left of them soon after. */
import { isoTime } from "#core/clock";
import { buildOf } from "./build-of.ts";
import { deleteBuildRow, otherBuilds } from "./build-store.ts";
import type { RagContext } from "./context.ts";
import { eraseBuild } from "./erase-build.ts";
import { ownIndex } from "./own-index.ts";
import { forgetDocument } from "./remove-document.ts";
import { deleteIndexRow, documentsOf, findIndex, markIndexDeleted } from "./store.ts";
import type { IndexRow } from "./tables.ts";

type Scope = Pick<RagContext, "db" | "files" | "ingestions" | "parts" | "shard">;

const forgottenAtOnce = 20;

export async function removeIndex(ctx: RagContext, id: string): Promise<void> {
	await ownIndex(ctx, id);
	await markIndexDeleted(ctx, id, isoTime());
	// As it is from now on: it may have been rebuilt just before.
	const index = await findIndex(ctx, id);
	if (!index) return;
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
	const others = await otherBuilds(scope, index.id);
	await Promise.all([buildOf(index), ...others].map((build) => eraseBuild(scope, build)));
	await Promise.all(others.map(({ id }) => deleteBuildRow(scope, id)));
	await deleteIndexRow(scope, index.id);
}
