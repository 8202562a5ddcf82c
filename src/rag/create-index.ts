/** Makes an index of the caller's. */
import { isoTime } from "#core/clock";
import { newId } from "#core/ids";
import type { RagContext } from "./context.ts";
import { indexView } from "./index-view.ts";
import { localDimensions } from "./retrieval/local-embedding.ts";
import type { CreateIndex, RagIndex } from "./schema.ts";
import { insertIndex } from "./store.ts";
import type { IndexRow } from "./tables.ts";

/** Throws `conflict` for a name that there is, `limit_exceeded`. */
export async function createIndex(ctx: RagContext, input: CreateIndex): Promise<RagIndex> {
	const { name, description = null, embeddingModel, vectorStore, chunking, shared } = input;
	const now = isoTime();
	const index: IndexRow = {
		...{ id: newId("idx"), ownerId: ctx.caller.userId, name, description },
		...{ embeddingModel, dimensions: localDimensions, vectorStore, config: { chunking }, generations: [1], shared },
		...{ createdAt: now, updatedAt: now },
	};
	await insertIndex(ctx, index);
	return indexView({ ...index, documentCount: 0, chunkCount: 0 });
}
