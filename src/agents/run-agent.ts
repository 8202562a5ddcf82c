/** Gives an agent a message and waits for what comes of it, for callers that neither stream nor follow. */
import { maxWaitMs } from "#run/max-wait";
import type { AgentTurnOutcome } from "./client.ts";
import type { AgentsContext } from "./context.ts";
import type { ExecuteAgent } from "./schema.ts";
import { prepareTurn, startTurn } from "./start-turn.ts";
import { turnOutcome } from "./turn-outcome.ts";

/** Throws an AppError for a run that failed, was cancelled or was not taken. */
export async function runAgent(
	ctx: AgentsContext,
	agentId: string,
	input: ExecuteAgent,
	waitMs: number,
): Promise<AgentTurnOutcome> {
	const { message } = await prepareTurn(ctx, agentId, input);
	const ms = Math.min(waitMs, maxWaitMs);
	return turnOutcome(await startTurn(ctx, message, (home) => home.sendAndSettle(ctx.caller, message, ms)));
}
