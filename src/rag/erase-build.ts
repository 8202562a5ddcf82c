/** Erases what held an index, here and in a store elsewhere. Safe to repeat. */
import type { RagContext } from "./context.ts";
import type { Build } from "./tables.ts";
import { allShards } from "./vector-index/shard-of.ts";

export async function eraseBuild({ parts, shard }: Pick<RagContext, "parts" | "shard">, build: Build): Promise<void> {
	const store = await parts.storeOf(build);
	await store?.erase();
	await Promise.all(allShards(build.generations).map((name) => shard(build.id, name).erase()));
}
