/** Whether an agent could run now: it is active, its tools exist, its model is configured. */
import { asAppError } from "#core/errors";
import type { AgentsContext } from "./context.ts";
import { runnableAgent } from "./runnable-agent.ts";
import { getAgent } from "./store.ts";

export async function agentHealth(ctx: AgentsContext, agentId: string) {
	const { id } = await getAgent(ctx, agentId);
	try {
		const agent = await runnableAgent(ctx, id);
		await ctx.model(agent.config.model);
		return { status: "healthy" as const, agentId: id };
	} catch (error) {
		const known = asAppError(error);
		if (!known) throw error;
		return { status: "unhealthy" as const, agentId: id, reason: known.message };
	}
}
