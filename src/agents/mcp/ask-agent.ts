/** Gives an agent a message and waits for its answer, for a client that has nothing but tool calls. */
import type { AgentsContext } from "#agents/context";
import { prepareTurn, startTurn } from "#agents/start-turn";
import { turnResponse } from "#agents/turn-response";
import { maxWaitMs } from "#run/max-wait";

export async function askAgent(ctx: AgentsContext, agentId: string, input: { message: string; sessionId?: string }) {
	const { message } = await prepareTurn(ctx, agentId, { ...input, attachments: [] });
	const run = await startTurn(ctx, message, (home) => home.sendAndSettle(ctx.caller, message, maxWaitMs));
	const { response, approvals = [], sessionId, executionId, status } = turnResponse(run);
	return {
		response: [response, ...approvals.map(waiting)].filter(Boolean).join("\n\n"),
		sessionId,
		executionId,
		status,
	};

	function waiting({ id, toolId }: (typeof approvals)[number]): string {
		const path = `/api/v1/agents/executions/${run.id}/approvals/${id}`;
		return `The agent wants to call ${toolId}. A person has to allow it: POST ${path}.`;
	}
}
