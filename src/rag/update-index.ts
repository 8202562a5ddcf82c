/** Changes what an index is called, who sees it, and how its documents are cut from now on. */
import { isoTime } from "#core/clock";
import type { RagContext } from "./context.ts";
import { indexView } from "./index-view.ts";
import { ownIndex } from "./own-index.ts";
import type { RagIndex, UpdateIndex } from "./schema.ts";
import { updateIndex as updateRow } from "./store.ts";

export async function updateIndex(ctx: RagContext, id: string, changes: UpdateIndex): Promise<RagIndex> {
	const index = await ownIndex(ctx, id);
	const { name = index.name, description = index.description, shared = index.shared } = changes;
	const config = { ...index.config, ...(changes.chunking && { chunking: changes.chunking }) };
	const changed = { ...index, name, description, shared, config, updatedAt: isoTime() };
	await updateRow(ctx, changed);
	return indexView(changed);
}
