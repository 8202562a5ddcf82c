/** The answer to `execute`, from a run that is settled. */
import { AppError } from "#core/errors";
import { traceIdOf } from "#run/listed-run";
import type { ExecuteAgentResponse } from "./schema.ts";
import type { TurnRun } from "./turn.ts";

/** Throws what the run failed with. */
export function turnResponse(run: TurnRun): ExecuteAgentResponse {
	if (run.error) throw new AppError(run.error.code, run.error.message);
	if (run.status === "cancelled") throw new AppError("cancelled", "The execution was cancelled.");
	return acceptedTurn(run);
}

/** The same for a run in any state: what there is of it. */
export function acceptedTurn(run: TurnRun): ExecuteAgentResponse {
	const { response = "", toolCalls = [], citations = [], approvals, usage = noUsage, ...rest } = run.result ?? {};
	return {
		response,
		agentId: run.input.agentId,
		sessionId: run.input.sessionId,
		executionId: run.id,
		status: run.status,
		toolCalls,
		citations,
		...(approvals && { approvals }),
		usage,
		metadata: { ...run.input.metadata, ...rest, agentVersion: run.input.agentVersion },
		traceId: traceIdOf(run.caller),
	};
}

const noUsage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };
