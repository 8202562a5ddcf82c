/** What is asked of the objects that hold the chunks of an index. */
import type { LearningIndex } from "./learning-index-object.ts";

export type ChunkIndex = Pick<
	LearningIndex,
	| "write"
	| "writeTexts"
	| "upsert"
	| "chunkIds"
	| "count"
	| "retain"
	| "describe"
	| "removeDocument"
	| "find"
	| "chunks"
	| "chunksOf"
	| "neighbours"
	| "stats"
	| "erase"
>;

/** The object that holds a shard; what the platform makes of its methods' types is deeper than TypeScript follows. */
export function chunkIndexOf(namespace: RagEnv["VECTOR_INDEX"], buildId: string, shard: string): ChunkIndex {
	return (namespace as unknown as DurableObjectNamespace).getByName(`${buildId}/${shard}`) as unknown as ChunkIndex;
}
