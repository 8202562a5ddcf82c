/** The door for other Workers: the same verbs, on behalf of the caller whom they name. */
import { WorkerEntrypoint } from "cloudflare:workers";
import type { AgentsClient, AgentTurn, AgentTurnOptions } from "#agents/client";
import { describeAgents } from "#agents/describe-agents";
import { runAgent } from "#agents/run-agent";
import { settledTurn } from "#agents/settled-turn";
import { turnInput } from "#agents/turn-input";
import type { Caller } from "#core/caller";
import { inSpan } from "#core/in-span";
import type { DecideApproval } from "#run/decide-approval";
import { homeOf } from "#run/run-id";
import { rpcContext } from "./context.ts";

export class AgentsEntrypoint extends WorkerEntrypoint<AgentsEnv> implements AgentsClient {
	async describe(caller: Caller, ids: string[]) {
		return await this.#as(caller, "describe", (context) => describeAgents(context, ids));
	}

	async run(caller: Caller, agentId: string, turn: AgentTurn, { waitMs }: AgentTurnOptions) {
		return await this.#as(caller, "run", (context) => runAgent(context, agentId, turnInput(turn), waitMs));
	}

	async settled(caller: Caller, executionId: string, { waitMs }: AgentTurnOptions) {
		return await this.#as(caller, "settled", (context) => settledTurn(context, executionId, waitMs));
	}

	async decide(caller: Caller, executionId: string, approvalId: string, decided: DecideApproval) {
		await this.#as(caller, "decide", ({ caller, home }) =>
			home(homeOf(executionId)).decide(caller, executionId, approvalId, decided),
		);
	}

	async cancel(caller: Caller, executionId: string) {
		await this.#as(caller, "cancel", ({ caller, home }) => home(homeOf(executionId)).cancel(caller, executionId));
	}

	async #as<T>(
		caller: Caller,
		method: string,
		verb: (context: ReturnType<typeof rpcContext>) => Promise<T>,
	): Promise<T> {
		const context = rpcContext(this.env, this.ctx, caller, method);
		return await inSpan(context.span, async () => await verb(context));
	}
}
