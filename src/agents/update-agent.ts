/** Changes an agent; each change of what it does is a new version, and runs keep the one they began with. */
import { canWrite } from "#core/caller";
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import { nextVersion } from "#core/version-number";
import { resolveModelName } from "#models/model-name";
import { agentView } from "./agent-view.ts";
import type { AgentsContext } from "./context.ts";
import type { Agent, UpdateAgent } from "./schema.ts";
import { type AgentRow, getAgent, updateAgent as storeAgent } from "./store.ts";
import { checkTools } from "./tools/check-tools.ts";

export async function updateAgent(ctx: AgentsContext, id: string, changes: UpdateAgent): Promise<Agent> {
	const previous = await ownAgent(ctx, id);
	if (changes.config) {
		resolveModelName(changes.config.model);
		await checkTools(ctx, changes.config.tools);
	}
	const next = { ...previous, ...changes, version: nextVersion(previous.version), updatedAt: isoTime() };
	await storeAgent(ctx, next, previous);
	return agentView(next, ctx.origin);
}

/** The agent, where the caller may change it; a shared one of somebody else is `forbidden`, a hidden one `not_found`. */
export async function ownAgent(ctx: AgentsContext, id: string): Promise<AgentRow> {
	const agent = await getAgent(ctx, id);
	if (!canWrite(ctx.caller, agent)) throw new AppError("forbidden", "Only its owner may change a shared agent.");
	return agent;
}
