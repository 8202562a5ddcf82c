/** What an agent can call, whatever stands behind it. */
import type { JSONSchema7 } from "@ai-sdk/provider";
import type { Caller } from "#core/caller";
import type { Span } from "#core/telemetry";

export interface AgentTool {
	/** Its id in an agent's `config.tools`. */
	id: string;
	/** What the model calls it; no two tools of a turn have the same. */
	name: string;
	description: string;
	version: string;
	inputSchema: JSONSchema7;
	/** It changes something: refused to viewers, whoever owns the agent. */
	writes: boolean;
	/** A person has to allow each call. */
	requiresApproval?: boolean;
	/** It works on what the session keeps: not offered to a detached turn, which has no session. */
	ofSession?: boolean;
	/** The agent names it itself, of the many that there are: an agent with too many finds them by a search. */
	ofAgent?: boolean;
	/** Throws an AppError for wrong input; the model is told and may try again. */
	execute(input: unknown, call: ToolCallScope): Promise<unknown>;
}

export interface ToolCallScope {
	caller: Caller;
	span: Span;
	signal: AbortSignal;
	/** The same for every attempt at this call; a tool with effects keeps it. */
	idempotencyKey: string;
	/** `argumentsHash` of the call that a person has allowed. */
	approvedHash?: string;
}
