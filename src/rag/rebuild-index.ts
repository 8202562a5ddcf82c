/** Begins to make all vectors of an index anew, by another model or for another store; it is searched as it is meanwhile. */
import { newId } from "#core/ids";
import { newRunId } from "#run/run-id";
import { buildOf } from "./build-of.ts";
import { claimedId } from "./claimed-id.ts";
import type { RagContext } from "./context.ts";
import { newBuild } from "./new-build.ts";
import { ownIndex } from "./own-index.ts";
import { rebuildHomeOf } from "./rebuild-home.ts";
import { alreadyRebuilt, type RebuildRun } from "./rebuild-run.ts";
import { builtInStore, type RebuildIndex } from "./schema.ts";
import { getListedIndex } from "./store.ts";

/** Throws `conflict` while it is being rebuilt, and what `newBuild` throws. */
export async function rebuildIndex(ctx: RagContext, indexId: string, input: RebuildIndex): Promise<RebuildRun> {
	const { ownerId } = await ownIndex(ctx, indexId);
	const { chunkCount, rebuildId, ...index } = await getListedIndex(ctx, indexId);
	const home = await rebuildHomeOf(indexId);
	// Keys of models and of stores are in it.
	const id = await claimedId(ctx, newRunId(home), ["rebuild", indexId], JSON.stringify(input));
	if (rebuildId !== null && rebuildId !== id) throw alreadyRebuilt();
	const { vectorStore } = input;
	const kept = vectorStore === undefined ? await ctx.parts.storeSettingsOf(buildOf(index)) : vectorStore;
	const store = kept === builtInStore ? undefined : kept;
	const build = await newBuild(ctx, newId("idx"), { ...input, store }, chunkCount);
	return await ctx.rebuilds(home).start(ctx.caller, id, { indexId, ownerId, build });
}
