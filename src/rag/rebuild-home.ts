/** What Workers call of the object that rebuilds an index. */
import { derivedToken } from "#core/ids";
import type { Rebuilds } from "./rebuilds-object.ts";

export type RebuildHome = Pick<Rebuilds, "start" | "find" | "settled" | "stream" | "cancel" | "closeSockets" | "fetch">;

/** One for each index, so that one rebuilding knows of the other. */
export async function rebuildHomeOf(indexId: string): Promise<string> {
	return await derivedToken("rebuilds", indexId);
}

/** What the platform makes of its methods' types is deeper than TypeScript follows. */
export function rebuildHome(namespace: RagEnv["REBUILDS"], name: string): RebuildHome {
	return (namespace as unknown as DurableObjectNamespace).getByName(name) as unknown as RebuildHome;
}
