/** What Workers call of the objects that run workflows, and which of its owner's few objects a new execution gets. */
import { derivedToken } from "#core/ids";
import type { WorkflowRuns } from "./workflow-runs-object.ts";

export type WorkflowHome = Pick<
	WorkflowRuns,
	| "start"
	| "startAndSettle"
	| "state"
	| "settledState"
	| "graph"
	| "cancelled"
	| "pause"
	| "resume"
	| "decide"
	| "sendEvent"
	| "goOn"
	| "childEnded"
	| "activity"
	| "find"
	| "stream"
	| "closeSockets"
	| "fetch"
>;

/** The object of this name; what the platform makes of its methods' types is deeper than TypeScript follows. */
export function workflowHome({ WORKFLOW_RUNS }: Pick<WorkflowEngineEnv, "WORKFLOW_RUNS">, name: string): WorkflowHome {
	return (WORKFLOW_RUNS as unknown as DurableObjectNamespace).getByName(name) as unknown as WorkflowHome;
}

/** One person's load is not another's, and one object does not hold up all of it. */
export const homesPerOwner = 4;

export async function workflowHomeOf(userId: string): Promise<string> {
	return await workflowHomeNamed(userId, Math.floor(Math.random() * homesPerOwner));
}

/** `place`: from 0 to below `homesPerOwner`. */
export async function workflowHomeNamed(userId: string, place: number): Promise<string> {
	return await derivedToken("workflows", userId, String(place));
}
