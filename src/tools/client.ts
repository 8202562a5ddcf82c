/** What other domains call of the tools domain, over RPC. */
import type { Caller } from "#core/caller";
import type { JsonSchema } from "./schema.ts";
import type { ToolCallResult } from "./tool-run.ts";

export interface ToolDescription {
	id: string;
	name: string;
	description: string;
	version: string;
	inputSchema: JsonSchema;
	writes: boolean;
	/** A person has to allow each call. */
	requiresApproval: boolean;
}

export interface CallForAgent {
	/** `argumentsHash` of the call that a person has allowed. */
	approvedHash?: string;
}

export interface ToolsClient {
	/** Those of the ids that name a tool which the caller may call now. */
	describe(caller: Caller, ids: string[]): Promise<ToolDescription[]>;
	/** `caller.idempotencyKey` is the same for every attempt. Throws an AppError for a call that did not succeed. */
	call(caller: Caller, toolId: string, input: unknown, options?: CallForAgent): Promise<ToolCallResult>;
}
