/** The tools of the tools domain that an agent names, as whoever runs it may call them now. */
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import { unlessAborted } from "#core/unless-aborted";
import type { ToolDescription, ToolsClient } from "#tools/client";
import type { AgentTool } from "./agent-tool.ts";
import { isSessionTool } from "./check-tools.ts";

/** Throws `not_found` where one of them is gone, or was never the caller's. */
export async function attachedTools(client: ToolsClient, caller: Caller, ids: string[]): Promise<AgentTool[]> {
	const attached = ids.filter((id) => !isSessionTool(id));
	if (attached.length === 0) return [];
	const described = await client.describe(caller, attached);
	const missing = attached.filter((id) => !described.some((tool) => tool.id === id));
	if (missing.length > 0) throw new AppError("not_found", `There is no such tool any more: ${missing.join(", ")}.`);
	return described.map((tool) => attachedTool(client, tool));
}

function attachedTool(client: ToolsClient, { id, name, description, inputSchema, writes }: ToolDescription): AgentTool {
	return {
		id,
		description: id === name ? description : `${name}: ${description}`,
		inputSchema: inputSchema,
		writes,
		async execute(input, { caller, span, signal, idempotencyKey }) {
			const call = client.call({ ...caller, traceparent: span.traceparent, idempotencyKey }, id, input);
			const { value } = await unlessAborted(call, signal);
			return value;
		},
	};
}
