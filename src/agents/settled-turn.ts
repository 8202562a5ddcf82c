/** Waits for what comes of a run that has begun. */
import { maxWaitMs } from "#run/max-wait";
import { homeOf } from "#run/run-id";
import type { AgentTurnOutcome } from "./client.ts";
import type { AgentsContext } from "./context.ts";
import { turnOutcome } from "./turn-outcome.ts";

/** Throws `not_found`, and an AppError for a run that failed or was cancelled. */
export async function settledTurn(
	{ caller, home }: Pick<AgentsContext, "caller" | "home">,
	executionId: string,
	waitMs: number,
): Promise<AgentTurnOutcome> {
	return turnOutcome(await home(homeOf(executionId)).settled(caller, executionId, Math.min(waitMs, maxWaitMs)));
}
