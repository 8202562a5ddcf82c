/** The build of an index that is searched. */
import type { Build, IndexRow } from "./tables.ts";

export function buildOf({ id, embeddingModel, dimensions, vectorStore, generations, config }: IndexRow): Build {
	const { sealedEmbedding, sealedStore, build = id } = config;
	return {
		...{ id: build, embeddingModel, dimensions, vectorStore, generations },
		...(sealedEmbedding !== undefined && { sealedEmbedding }),
		...(sealedStore !== undefined && { sealedStore }),
	};
}
