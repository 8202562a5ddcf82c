/** The build of an index that is searched, and what its objects have to hold. */
import { builtInStore } from "./schema.ts";
import type { Build, IndexRow } from "./tables.ts";

export function buildOf({ id, embeddingModel, dimensions, vectorStore, generations, config }: IndexRow): Build {
	const { sealedEmbedding, sealedStore, build = id } = config;
	return {
		...{ id: build, embeddingModel, dimensions, vectorStore, generations },
		...(sealedEmbedding !== undefined && { sealedEmbedding }),
		...(sealedStore !== undefined && { sealedStore }),
	};
}

/** Where a store elsewhere keeps the vector of a chunk: the least that a place takes. */
export const placeholder = [1, 0];

/** Of the vectors in its objects. */
export function heldDimensions({ vectorStore, dimensions }: Pick<Build, "vectorStore" | "dimensions">): number {
	return vectorStore === builtInStore ? dimensions : placeholder.length;
}
