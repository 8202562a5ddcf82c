/** The agent as a run pins it, where the caller may run it now. */
import { AppError } from "#core/errors";
import type { AgentDefinition } from "./schema.ts";
import { type AgentRow, getAgent, type Scope } from "./store.ts";
import { checkTools } from "./tools/check-tools.ts";

export async function runnableAgent(scope: Scope, agentId: string): Promise<AgentDefinition> {
	const agent = await getAgent(scope, agentId);
	if (agent.status !== "active") throw new AppError("conflict", `The agent is ${agent.status}.`);
	checkTools(agent.config.tools);
	return definitionOf(agent);
}

export function definitionOf({ id, name, version, framework, config }: AgentRow): AgentDefinition {
	return { id, name, version, framework, config };
}
