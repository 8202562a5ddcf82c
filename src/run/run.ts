/** What a run is, whatever runs in it: an agent turn, a workflow execution, an orchestration, a queued tool call. */
import type { Caller } from "#core/caller";
import type { ErrorCode } from "#core/errors";

export const runStatuses = ["queued", "running", "input_required", "completed", "failed", "cancelled"] as const;

export type RunStatus = (typeof runStatuses)[number];

export interface RunError {
	code: ErrorCode;
	message: string;
}

export interface Run<Input = unknown, Result = unknown> {
	id: string;
	/** As whom the run acts, also after a restart; its `traceparent` keeps later spans in the same trace. */
	caller: Caller;
	status: RunStatus;
	input: Input;
	result?: Result;
	error?: RunError;
	/** Sequence number of the last event; 0 before the first. */
	lastSeq: number;
	/** Events up to this one are past retention. */
	trimmedSeq: number;
	/** Grows with every change of state; orders the projections. */
	revision: number;
	/** How often the step in flight was begun. */
	attempts: number;
	/** Unix milliseconds. */
	startedAt: number;
	endedAt?: number;
	/** When the run is stopped with `limit_exceeded`, Unix milliseconds. */
	deadlineAt?: number;
}

export interface RunEvent {
	runId: string;
	/** 1, 2, 3 … without a gap. */
	seq: number;
	type: string;
	data: Record<string, unknown>;
	/** ISO 8601. */
	at: string;
}

/** Nothing more happens in a run with this status. */
export function isTerminal(status: RunStatus): boolean {
	return status === "completed" || status === "failed" || status === "cancelled";
}

/** Nothing more happens until somebody acts: what a client that waits for an answer waits for. */
export function isSettled(status: RunStatus): boolean {
	return isTerminal(status) || status === "input_required";
}
