/** What Workers call of the objects that run tools, and which of its owner's few objects a new run gets. */
import { derivedToken } from "#core/ids";
import type { ToolRuns } from "./tool-runs-object.ts";

export type ToolHome = Pick<
	ToolRuns,
	"start" | "startAndSettle" | "decide" | "retry" | "find" | "settled" | "stream" | "cancel" | "closeSockets" | "fetch"
>;

/** One person's load is not another's, and one object does not hold up all of it. */
const homesPerOwner = 4;

export async function toolHomeOf(userId: string): Promise<string> {
	return await derivedToken("tools", userId, String(Math.floor(Math.random() * homesPerOwner)));
}
