/** A tool that can be called, whatever stands behind it. */
import type { FieldError } from "#core/errors";
import type { ToolScope } from "./standard/standard-tool.ts";
import type { JsonSchema, toolTypes } from "./schema.ts";
import type { ToolLimits } from "./tables.ts";
import type { ToolCallResult, ToolFailure } from "./tool-run.ts";

export interface CallableTool {
	id: string;
	name: string;
	description: string;
	type: (typeof toolTypes)[number];
	version: string;
	/** It changes something: refused to viewers. */
	writes: boolean;
	inputSchema: JsonSchema;
	outputSchema?: JsonSchema;
	/** A person has to allow each call. */
	requiresApproval: boolean;
	limits?: ToolLimits;
	/** Of the MCP server that it is called at. */
	serverUrl?: string;
	/** Milliseconds, where the call does not say. */
	timeoutMs: number;
	/** What is wrong with the input; empty where it fits. */
	inputErrors(input: unknown): FieldError[];
	/** `input` fits. Throws an AppError for a failure that the tool expects; answers at once where it has not to wait. */
	run(input: unknown, scope: ToolScope): Promise<ToolCallResult | ToolFailure> | ToolCallResult;
}
