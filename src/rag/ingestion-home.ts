/** What Workers call of the objects that process documents, and which of its owner's few objects a document gets. */
import { derivedToken } from "#core/ids";
import type { Ingestions } from "./ingestions-object.ts";

export type IngestionHome = Pick<
	Ingestions,
	"start" | "forget" | "backfill" | "find" | "settled" | "stream" | "cancel" | "closeSockets" | "fetch"
>;

/** One person's load is not another's, and one object does not hold up all of it. */
const homesPerOwner = 4;

export async function ingestionHomeOf(ownerId: string): Promise<string> {
	return await derivedToken("ingestions", ownerId, String(Math.floor(Math.random() * homesPerOwner)));
}

/** What the platform makes of its methods' types is deeper than TypeScript follows. */
export function ingestionHome(namespace: RagEnv["INGESTIONS"], name: string): IngestionHome {
	return (namespace as unknown as DurableObjectNamespace).getByName(name) as unknown as IngestionHome;
}
