/** What other domains call of the agents domain, over RPC. */
import type { Caller } from "#core/caller";
import type { DecideApproval } from "#run/decide-approval";
import type { ExecuteAgentResponse } from "./schema.ts";

export interface AgentDescription {
	id: string;
	name: string;
}

export interface AgentTurn {
	message: string;
	/** Of an earlier outcome, or a name of the caller's own; a new session without it. */
	sessionId?: string;
	/** JSON that the model is given beside the message. */
	parameters?: Record<string, unknown>;
}

type Answer = Pick<ExecuteAgentResponse, "response" | "toolCalls" | "citations" | "usage" | "approvals">;

export interface AgentTurnOutcome extends Partial<Answer> {
	executionId: string;
	sessionId: string;
	/** `running` without an answer yet; `input_required` with `approvals`, or else with a question as `response`. */
	status: "completed" | "running" | "input_required";
}

export interface AgentTurnOptions {
	/** Milliseconds after which a run that goes on is answered as `running`; 100,000 at most. */
	waitMs: number;
}

export interface AgentsClient {
	/** Those of the ids that name an agent which the caller may run now, in the order of the ids. */
	describe(caller: Caller, ids: string[]): Promise<AgentDescription[]>;
	/**
	 * Has the agent do a turn, and waits for its end. `caller.idempotencyKey` names the run for 24 h: with the same key it
	 * is the same run, also one that failed. Throws an AppError for a run that failed, was cancelled or was not taken.
	 */
	run(caller: Caller, agentId: string, turn: AgentTurn, options: AgentTurnOptions): Promise<AgentTurnOutcome>;
	/** Waits for a run that `run` has told of, however long ago and whatever became of the agent. Throws as `run` does. */
	settled(caller: Caller, executionId: string, options: AgentTurnOptions): Promise<AgentTurnOutcome>;
	/** Allows or denies a call that a run waits for, once: `conflict` for what was decided or altered. */
	decide(caller: Caller, executionId: string, approvalId: string, decided: DecideApproval): Promise<void>;
	/** Ends a run for whose result nobody waits; changes nothing of one that has ended. */
	cancel(caller: Caller, executionId: string): Promise<void>;
}
