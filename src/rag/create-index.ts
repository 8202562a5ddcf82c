/** Makes an index of the caller's. */
import { isoTime } from "#core/clock";
import { newId } from "#core/ids";
import type { RagContext } from "./context.ts";
import { indexView } from "./index-view.ts";
import { newBuild } from "./new-build.ts";
import { builtInStore, type CreateIndex, type RagIndex } from "./schema.ts";
import { insertIndex } from "./store.ts";

/**
 * Whoever makes or keeps its vectors is called once, to see that he can. Throws `conflict` for a name that there is,
 * `limit_exceeded`, `invalid_input`, and what the model or the store fails with.
 */
export async function createIndex(ctx: RagContext, input: CreateIndex): Promise<RagIndex> {
	const { name, description = null, vectorStore, chunking, shared } = input;
	const now = isoTime();
	const id = newId("idx");
	const store = vectorStore === builtInStore ? undefined : vectorStore;
	const build = await newBuild(ctx, id, { ...input, store });
	const { embeddingModel, dimensions, generations, sealedEmbedding, sealedStore } = build;
	await (await ctx.parts.storeOf(build))?.prepare();
	const index = {
		...{ id, ownerId: ctx.caller.userId, name, description, shared },
		...{ embeddingModel, dimensions, vectorStore: build.vectorStore, generations },
		config: { chunking, ...(sealedEmbedding && { sealedEmbedding }), ...(sealedStore && { sealedStore }) },
		...{ deletedAt: null, createdAt: now, updatedAt: now },
	};
	await insertIndex(ctx, index);
	return indexView({ ...index, documentCount: 0, chunkCount: 0, rebuildId: null });
}
