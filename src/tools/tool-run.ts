/** A tool call that is kept: what it was asked, and what came of it. */
import type { ErrorCode } from "#core/errors";
import type { Run } from "#run/run";

export interface ToolRunInput {
	toolId: string;
	parameters: Record<string, unknown>;
	context?: Record<string, unknown>;
	/** Milliseconds. */
	timeout?: number;
	/** Makes the call of a custom tool repeatable. */
	seed?: number;
	/** `argumentsHash` of the call that a person has allowed before it was kept. */
	approvedHash?: string;
	/** A failure is told to whoever waits for the call, and he decides what comes of it: it is not made again by itself. */
	once?: boolean;
	/** The dead letter that is tried again. */
	retryOf?: string;
	/** Under which the call was made before; without it, the run's id is its idempotency key. */
	callKey?: string;
}

/** What a call that went well leaves. */
export interface ToolCallResult {
	value: unknown;
	/** What a custom tool wrote to its console. */
	logs?: string[];
	/** `value` is only a reference to where the result is. */
	stored?: boolean;
}

/** What a tool that failed says of it. */
export interface ToolFailure {
	failed: string;
	/** Where it was not by itself, but by what it called. */
	code?: ErrorCode;
	logs?: string[];
}

/** What a person has to allow before the call is made. */
export interface WaitingApproval {
	id: string;
	/** Of the tool and its parameters. */
	argumentsHash: string;
}

export interface ToolRun extends Run<ToolRunInput, ToolCallResult> {
	/** Where it waits for a decision. */
	approval?: WaitingApproval;
	/** The execution that tries this one again, which failed. */
	retriedBy?: string;
}
