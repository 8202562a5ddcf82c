/** Hands a message to the session it belongs to, which works on it, accepted and durable. */
import { sha256 } from "#core/crypto";
import { asAppError } from "#core/errors";
import { homeOf, newRunId } from "#run/run-id";
import { storeAttachments } from "./attachments.ts";
import type { AgentsContext } from "./context.ts";
import { checkModelOf } from "./model-for.ts";
import { runnable } from "./runnable-agent.ts";
import type { ExecuteAgent } from "./schema.ts";
import type { SendMessage, SessionHome } from "./session-home.ts";
import { sessionHome, sessionIdOf } from "./session-id.ts";
import { getAgentAndProviders } from "./store.ts";

export interface PreparedTurn {
	message: SendMessage;
	/** Whether the caller wants its events rather than its result. */
	streaming: boolean;
}

export async function prepareTurn(ctx: AgentsContext, agentId: string, input: ExecuteAgent): Promise<PreparedTurn> {
	const { agent: row, providers } = await getAgentAndProviders(ctx, agentId);
	const agent = runnable(row);
	checkModelOf(agent.config.model, providers, ctx.providers);
	const { message, context, metadata, sessionId, multitaskStrategy, streaming } = input;
	const runId = await claimRun(ctx, newRunId(await sessionHome(ctx, agent.id, sessionId)), [agentId, input]);
	return {
		message: {
			...{ runId, agent, message, providers },
			attachments: await storeAttachments(ctx.attachments, input.attachments, runId),
			sessionId: sessionIdOf(homeOf(runId)),
			strategy: multitaskStrategy ?? agent.config.multitaskStrategy,
			rest: { context, metadata },
		},
		streaming: streaming ?? agent.config.streaming ?? false,
	};
}

/** `send` is one of the home's ways to take a message. The files of a message that it refuses are deleted. */
export async function startTurn<T>(
	ctx: AgentsContext,
	message: SendMessage,
	send: (home: SessionHome) => Promise<T>,
): Promise<T> {
	try {
		return await send(ctx.home(homeOf(message.runId)));
	} catch (error) {
		// Anything else leaves open whether the message was taken.
		if (asAppError(error)) await ctx.attachments.delete((message.attachments ?? []).map(({ id }) => id));
		throw error;
	}
}

/** The run that the request's `Idempotency-Key` stands for; `runId` for a new key or without one. */
export async function claimRun(ctx: AgentsContext, runId: string, request: unknown): Promise<string> {
	const { idempotencyKey, userId } = ctx.caller;
	if (idempotencyKey === undefined) return runId;
	return await ctx.keys(userId).claim(idempotencyKey, await sha256(JSON.stringify(request)), runId);
}
