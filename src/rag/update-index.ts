/** Changes what an index is called, who sees it, and how its documents are cut from now on. */
import { isoTime } from "#core/clock";
import type { RagContext } from "./context.ts";
import { indexView } from "./index-view.ts";
import { ownIndex } from "./own-index.ts";
import type { RagIndex, UpdateIndex } from "./schema.ts";
import { getListedIndex, updateIndex as updateRow } from "./store.ts";

export async function updateIndex(ctx: RagContext, id: string, changes: UpdateIndex): Promise<RagIndex> {
	await ownIndex(ctx, id);
	await updateRow(ctx, id, changes, isoTime());
	return indexView(await getListedIndex(ctx, id));
}
