/** A run as another domain is told of it: its answer once it is settled, and until then that it goes on. */
import { isSettled } from "#run/run";
import type { AgentTurnOutcome } from "./client.ts";
import type { TurnRun } from "./turn.ts";
import { turnResponse } from "./turn-response.ts";

/** Throws what the run failed with, or `cancelled`. */
export function turnOutcome(run: TurnRun): AgentTurnOutcome {
	const { executionId, sessionId, response, toolCalls, citations, usage, approvals } = turnResponse(run);
	if (!isSettled(run.status)) return { executionId, sessionId, status: "running" };
	const status = run.status === "input_required" ? run.status : "completed";
	return { executionId, sessionId, status, response, toolCalls, citations, usage, ...(approvals && { approvals }) };
}
