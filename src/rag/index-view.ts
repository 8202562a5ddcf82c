/** An index as the API shows it. */
import type { RagIndex } from "./schema.ts";
import type { ListedIndex } from "./store.ts";

export function indexView(row: ListedIndex): RagIndex {
	const { id, name, description, embeddingModel, dimensions, vectorStore, config, shared } = row;
	const { documentCount, chunkCount, rebuildId, ownerId, createdAt, updatedAt } = row;
	return {
		...{ id, name, ...(description !== null && { description }) },
		...{ embeddingModel, dimensions, vectorStore, chunking: config.chunking, shared },
		...(rebuildId !== null && { rebuildId }),
		...{ documentCount, chunkCount, createdBy: ownerId, createdAt, updatedAt },
	};
}
