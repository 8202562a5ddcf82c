/** Gives an agent a message and waits for its answer, for a client that has nothing but tool calls. */
import type { AgentsContext } from "#agents/context";
import { runAgent } from "#agents/run-agent";
import { maxWaitMs } from "#run/max-wait";

export async function askAgent(ctx: AgentsContext, agentId: string, input: { message: string; sessionId?: string }) {
	const outcome = await runAgent(ctx, agentId, { ...input, attachments: [] }, maxWaitMs);
	const { response, approvals = [], sessionId, executionId, status } = outcome;
	return {
		response: [response, ...approvals.map(waiting)].filter(Boolean).join("\n\n"),
		sessionId,
		executionId,
		status,
	};

	function waiting({ id, toolId }: (typeof approvals)[number]): string {
		const path = `/api/v1/agents/executions/${executionId}/approvals/${id}`;
		return `The agent wants to call ${toolId}. A person has to allow it: POST ${path}.`;
	}
}
