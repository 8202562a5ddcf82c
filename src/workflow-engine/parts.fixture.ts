/** Parts of graphs, and of the world around an execution, for tests. */
import type { AgentTurnOutcome } from "#agents/client";
import type { Caller } from "#core/caller";

export const value = (id: string, value: unknown, more: object = {}) => ({
	...{ id, type: "transform", config: { value } },
	...more,
});
export const tool = (id: string, toolId: string, more: object = {}) => ({
	...{ id, type: "tool", config: { toolId } },
	...more,
});
export const edge = (source: string, target: string, more: object = {}) => ({
	...{ id: `${source}-${target}`, source, target },
	...more,
});
export const agent = { id: "a", type: "agent", config: { agentId: "agt", message: "Hi" } };
export const sub = { id: "sub", type: "sub_workflow", config: { workflowId: "wfl" } };

export const never = () => new Promise<never>(() => {});
export const signal = () => new AbortController().signal;

export const toolsOf = (call: (caller: Caller, toolId: string, input: unknown) => Promise<{ value: unknown }>) => ({
	...{ describe: async () => [], call },
});
export const agentsOf = (more: object) => ({
	...{ describe: async () => [], run: never, settled: never, decide: async () => {}, cancel: async () => {} },
	...more,
});
export const turn = (more: object) =>
	({ executionId: "run_agent", sessionId: "ses", ...more }) as unknown as AgentTurnOutcome;
/** An agent that waits until a person has allowed a call. */
export const asking = () =>
	turn({
		status: "input_required",
		approvals: [{ id: "apr_1", callId: "c", toolId: "t", arguments: {}, argumentsHash: "h" }],
	});
