/** What is to hold an index, from what its owner asks for. */
import { AppError } from "#core/errors";
import { heldDimensions } from "./build-of.ts";
import type { RagContext } from "./context.ts";
import type { EmbeddingSettings } from "./embeddings/embedding-settings.ts";
import { dimensionsOf } from "./index-parts.ts";
import { localDimensions } from "./retrieval/local-embedding.ts";
import { builtInStore, localModel } from "./schema.ts";
import type { Build } from "./tables.ts";
import { generationsFor } from "./vector-index/shard-of.ts";
import type { VectorStoreSettings } from "./vector-stores/vector-store-settings.ts";

export interface BuildParts {
	embeddingModel: string;
	embedding?: Omit<EmbeddingSettings, "model">;
	/** Undefined for the platform's own. */
	store?: VectorStoreSettings;
}

/**
 * With room for `chunks`. The model is called once, to see that it can be. Throws `invalid_input`, and what the model
 * fails with.
 */
export async function newBuild({ parts }: RagContext, id: string, asked: BuildParts, chunks = 0): Promise<Build> {
	const { embeddingModel, store } = asked;
	const embedding = embeddingOf(asked);
	const dimensions = embedding ? await dimensionsOf(parts.embedder(embedding)) : localDimensions;
	const vectorStore = store?.type ?? builtInStore;
	return {
		...{ id, embeddingModel, dimensions, vectorStore },
		generations: generationsFor(chunks, heldDimensions({ vectorStore, dimensions })),
		...(embedding && { sealedEmbedding: await parts.sealed(id, embedding) }),
		...(store && { sealedStore: await parts.sealed(id, store) }),
	};
}

/** Undefined for what needs no model. */
function embeddingOf({ embeddingModel, embedding, store }: BuildParts): EmbeddingSettings | undefined {
	if (embeddingModel !== localModel) return { ...embedding, model: embeddingModel };
	if (embedding) throw notTogether("/embedding", `\`${localModel}\` is called nowhere.`);
	// What it learns changes all of its vectors, time and again.
	if (store) throw notTogether("/embeddingModel", `The vectors of \`${localModel}\` are kept by the platform alone.`);
	return undefined;
}

function notTogether(pointer: string, detail: string): AppError {
	return new AppError("invalid_input", detail, { details: { fields: [{ pointer, detail }] } });
}
