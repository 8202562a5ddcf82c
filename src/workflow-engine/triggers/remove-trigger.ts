/** Deletes a trigger; what it began goes on. */
import type { WorkflowEngineContext } from "#workflow-engine/context";
import { deleteTrigger, getTrigger } from "./store.ts";

export async function removeTrigger(ctx: WorkflowEngineContext, ofWorkflow: string, triggerId: string): Promise<void> {
	const { id, type, ownerId } = await getTrigger(ctx, ofWorkflow, triggerId);
	await deleteTrigger(ctx, id);
	if (type === "schedule") await (await ctx.triggers(ownerId)).forget(id);
}
