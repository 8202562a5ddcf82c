/** Hands a message to the session it belongs to; answers the run that works on it, accepted and durable. */
import { sha256 } from "#core/crypto";
import { homeOf, newRunId } from "#run/run-id";
import { storeAttachments } from "./attachments.ts";
import type { AgentsContext } from "./context.ts";
import { runnableAgent } from "./runnable-agent.ts";
import type { ExecuteAgent } from "./schema.ts";
import { sessionHome, sessionIdOf } from "./session-id.ts";

export interface StartedTurn {
	executionId: string;
	/** Whether the caller wants its events rather than its result. */
	streaming: boolean;
}

export async function startTurn(ctx: AgentsContext, agentId: string, input: ExecuteAgent): Promise<StartedTurn> {
	const agent = await runnableAgent(ctx, agentId);
	await ctx.model(agent.config.model);
	const { message, context, metadata, sessionId, multitaskStrategy, streaming } = input;
	const runId = await claimRun(ctx, newRunId(await sessionHome(ctx.caller.userId, agent.id, sessionId)), [
		agentId,
		input,
	]);
	const home = homeOf(runId);
	const attachments = await storeAttachments(ctx.attachments, input.attachments, runId);
	const { executionId } = await ctx
		.home(home)
		.send(ctx.caller, {
			...{ runId, agent, message, attachments },
			sessionId: sessionIdOf(home),
			strategy: multitaskStrategy ?? agent.config.multitaskStrategy,
			rest: { context, metadata },
		})
		.catch(async (error: unknown) => {
			await ctx.attachments.delete(attachments.map(({ id }) => id));
			throw error;
		});
	return { executionId, streaming: streaming ?? agent.config.streaming ?? false };
}

/** The run that the request's `Idempotency-Key` stands for; `runId` for a new key or without one. */
export async function claimRun(ctx: AgentsContext, runId: string, request: unknown): Promise<string> {
	const { idempotencyKey, userId } = ctx.caller;
	if (idempotencyKey === undefined) return runId;
	return await ctx.keys(userId).claim(idempotencyKey, await sha256(JSON.stringify(request)), runId);
}
