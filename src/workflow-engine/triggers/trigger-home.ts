/** The object that keeps an owner's triggers, to those who call it. */
import { derivedToken } from "#core/ids";
import type { WorkflowTriggers } from "./workflow-triggers-object.ts";

export type TriggerHome = Pick<WorkflowTriggers, "plan" | "forget" | "fire">;

export async function triggerHome(
	{ WORKFLOW_TRIGGERS }: Pick<WorkflowEngineEnv, "WORKFLOW_TRIGGERS">,
	ownerId: string,
): Promise<TriggerHome> {
	return WORKFLOW_TRIGGERS.getByName(await derivedToken("triggers", ownerId));
}
