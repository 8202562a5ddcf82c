/** How much an index holds, and what that takes. */
import { buildOf } from "./build-of.ts";
import type { RagContext } from "./context.ts";
import type { IndexStats } from "./schema.ts";
import { countDocuments, getIndex } from "./store.ts";
import { allShards } from "./vector-index/shard-of.ts";

export async function indexStats(ctx: RagContext, id: string): Promise<IndexStats> {
	const build = buildOf(await getIndex(ctx, id));
	const shards = await Promise.all(allShards(build.generations).map((shard) => ctx.shard(build.id, shard).stats()));
	const counts = await countDocuments(ctx, id);
	const { processing = 0, ready = 0, failed = 0 } = counts;
	const total = (of: (shard: (typeof shards)[number]) => number) => shards.reduce((sum, shard) => sum + of(shard), 0);
	return {
		documents: { processing, ready, failed },
		chunks: total(({ chunks }) => chunks),
		shards: shards.length,
		storedBytes: total(({ storedBytes }) => storedBytes),
		memoryBytes: total(({ memoryBytes }) => memoryBytes),
		learntFrom: total(({ learntFrom }) => learntFrom),
	};
}
