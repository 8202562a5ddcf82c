/** A tool call that is kept: what it was asked, and what came of it. */
import type { Run } from "#run/run";

export interface ToolRunInput {
	toolId: string;
	parameters: Record<string, unknown>;
	context?: Record<string, unknown>;
	/** Milliseconds. */
	timeout?: number;
	/** `argumentsHash` of the call that a person has allowed before it was kept. */
	approvedHash?: string;
}

/** What a call that went well leaves. */
export interface ToolCallResult {
	value: unknown;
	/** What a custom tool wrote to its console. */
	logs?: string[];
}

/** What a tool that failed by itself says of it. */
export interface ToolFailure {
	failed: string;
	logs?: string[];
}

export type ToolRun = Run<ToolRunInput, ToolCallResult>;
