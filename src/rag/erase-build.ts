/** Erases what held an index, here and in a store elsewhere. Safe to repeat. */
import type { RagContext } from "./context.ts";
import type { Build } from "./tables.ts";
import { allShards } from "./vector-index/shard-of.ts";

export async function eraseBuild({ parts, shard }: Pick<RagContext, "parts" | "shard">, build: Build): Promise<void> {
	// A store elsewhere may not be there any more.
	await Promise.all(allShards(build.generations).map((name) => shard(build.id, name).erase()));
	const store = await parts.storeOf(build);
	await store?.erase();
}
