/** What a trigger that fires by itself adds to its executions' input. */
import { newId } from "#core/ids";
import { homeOf } from "#run/run-id";
import type { TriggerSurroundings } from "./fire-trigger.ts";
import type { TriggerRow } from "./tables.ts";

/** A schedule tells the time that was due, an event the execution that has ended. */
export async function causedInput(
	{ home }: TriggerSurroundings,
	{ type, ownerId, role }: TriggerRow,
	cause: string,
	traceparent: string,
): Promise<Record<string, unknown>> {
	if (type === "schedule") return { scheduledTime: cause };
	const caller = { userId: ownerId, role, requestId: newId("req"), traceparent };
	const { executionId, workflowId, status, output, error } = await home(homeOf(cause)).state(caller, cause);
	return { execution: { executionId, workflowId, status, output: output ?? null, error: error ?? null } };
}
