/** The agent as a run pins it, where the caller may run it now. */
import { AppError } from "#core/errors";
import type { AgentDefinition } from "./schema.ts";
import { type AgentRow, getAgent, type Scope } from "./store.ts";

export async function runnableAgent(scope: Scope, agentId: string): Promise<AgentDefinition> {
	return runnable(await getAgent(scope, agentId));
}

/** Throws where the agent cannot run now. */
export function runnable(agent: AgentRow): AgentDefinition {
	if (agent.status !== "active") throw new AppError("conflict", `The agent is ${agent.status}.`);
	return definitionOf(agent);
}

export function definitionOf({ id, name, version, framework, config }: AgentRow): AgentDefinition {
	return { id, name, version, framework, config };
}
