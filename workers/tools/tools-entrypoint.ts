/** The door for other Workers: the same verbs, on behalf of the caller whom they name. */
import { WorkerEntrypoint } from "cloudflare:workers";
import type { Caller } from "#core/caller";
import { inSpan } from "#core/in-span";
import type { CallForAgent, ToolsClient } from "#tools/client";
import { callForAgent } from "#tools/call-for-agent";
import { describeTools } from "#tools/describe-tools";
import { rpcContext } from "./context.ts";

export class ToolsEntrypoint extends WorkerEntrypoint<ToolsEnv> implements ToolsClient {
	async describe(caller: Caller, ids: string[]) {
		return await this.#as(caller, "describe", (context) => describeTools(context, ids));
	}

	async call(caller: Caller, toolId: string, input: unknown, options?: CallForAgent) {
		return await this.#as(caller, "call", (context) => callForAgent(context, toolId, input, options));
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
