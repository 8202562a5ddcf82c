/** Makes an index of the caller's. */
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import { newId } from "#core/ids";
import type { RagContext } from "./context.ts";
import type { EmbeddingSettings } from "./embeddings/embedding-settings.ts";
import { dimensionsOf } from "./index-parts.ts";
import { indexView } from "./index-view.ts";
import { localDimensions } from "./retrieval/local-embedding.ts";
import { builtInStore, type CreateIndex, localModel, type RagIndex } from "./schema.ts";
import { insertIndex } from "./store.ts";
import type { IndexRow } from "./tables.ts";

/**
 * Whoever makes or keeps its vectors is called once, to see that he can. Throws `conflict` for a name that there is,
 * `limit_exceeded`, `invalid_input`, and what the model or the store fails with.
 */
export async function createIndex(ctx: RagContext, input: CreateIndex): Promise<RagIndex> {
	const { name, description = null, embeddingModel, vectorStore, chunking, shared } = input;
	const embedding = embeddingOf(input);
	const now = isoTime();
	const id = newId("idx");
	const dimensions = embedding ? await dimensionsOf(ctx.parts.embedder(embedding)) : localDimensions;
	const store = vectorStore === builtInStore ? undefined : vectorStore;
	const index: IndexRow = {
		...{ id, ownerId: ctx.caller.userId, name, description },
		...{ embeddingModel, dimensions, vectorStore: store?.type ?? builtInStore, generations: [1], shared },
		config: {
			chunking,
			...(embedding && { sealedEmbedding: await ctx.parts.sealed(id, embedding) }),
			...(store && { sealedStore: await ctx.parts.sealed(id, store) }),
		},
		...{ deletedAt: null, createdAt: now, updatedAt: now },
	};
	if (store) await ctx.parts.store(store, index).prepare();
	await insertIndex(ctx, index);
	return indexView({ ...index, documentCount: 0, chunkCount: 0 });
}

/** Undefined for what needs no model. */
function embeddingOf({ embeddingModel, embedding, vectorStore }: CreateIndex): EmbeddingSettings | undefined {
	if (embeddingModel !== localModel) return { ...embedding, model: embeddingModel };
	if (embedding) throw notTogether("/embedding", `\`${localModel}\` is called nowhere.`);
	// What it learns changes all of its vectors, time and again.
	if (vectorStore !== builtInStore) {
		throw notTogether("/embeddingModel", `The vectors of \`${localModel}\` are kept by the platform alone.`);
	}
	return undefined;
}

function notTogether(pointer: string, detail: string): AppError {
	return new AppError("invalid_input", detail, { details: { fields: [{ pointer, detail }] } });
}
