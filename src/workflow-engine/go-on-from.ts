/** A new execution that takes over what another has recorded. */
import { sha256 } from "#core/crypto";
import { homeOf, newRunId } from "#run/run-id";
import type { WorkflowEngineContext } from "./context.ts";
import type { GoOnFrom, WorkflowExecution } from "./execution-schema.ts";

/** In the same object as the one that it goes on from. */
export async function goOnFrom(
	{ caller, keys, home }: WorkflowEngineContext,
	executionId: string,
	kind: "retry" | "fork",
	from: GoOnFrom,
): Promise<WorkflowExecution> {
	const { idempotencyKey, userId } = caller;
	const name = homeOf(executionId);
	const fresh = newRunId(name);
	const id = idempotencyKey
		? await keys(userId).claim(idempotencyKey, await sha256(JSON.stringify([executionId, kind, from])), fresh)
		: fresh;
	return await home(name).goOn(caller, executionId, id, kind, from);
}
