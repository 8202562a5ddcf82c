/** The tools of the tools domain that an agent names, as whoever runs it may call them now. */
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import { unlessAborted } from "#core/unless-aborted";
import type { ToolDescription, ToolsClient } from "#tools/client";
import type { AgentTool } from "./agent-tool.ts";
import { isSessionTool } from "./check-tools.ts";

/** What all models take for the name of a function. */
const functionName = /^[a-zA-Z0-9_-]{1,64}$/;

/** `taken`: function names of this turn. Throws `not_found` where a tool is gone, or was never the caller's. */
export async function attachedTools(
	client: ToolsClient,
	caller: Caller,
	ids: string[],
	taken: readonly string[],
): Promise<AgentTool[]> {
	const attached = ids.filter((id) => !isSessionTool(id));
	if (attached.length === 0) return [];
	const described = await client.describe(caller, attached);
	const missing = attached.filter((id) => !described.some((tool) => tool.id === id));
	if (missing.length > 0) throw new AppError("not_found", `There is no such tool any more: ${missing.join(", ")}.`);
	const names = new Set(taken);
	return described.map((tool) => {
		const isFree = functionName.test(tool.name) && !isSessionTool(tool.name) && !names.has(tool.name);
		const name = isFree ? tool.name : tool.id;
		names.add(name);
		return attachedTool(client, tool, name);
	});
}

function attachedTool(client: ToolsClient, tool: ToolDescription, name: string): AgentTool {
	const { id, version, description, inputSchema, writes, requiresApproval } = tool;
	return {
		...{ id, name, version, inputSchema, writes, requiresApproval, ofAgent: true },
		description: name === tool.name ? description : `${tool.name}: ${description}`,
		async execute(input, { caller, span, signal, idempotencyKey, approvedHash }) {
			const asked = { ...caller, traceparent: span.traceparent, idempotencyKey };
			const { value } = await unlessAborted(client.call(asked, id, input, { approvedHash }), signal);
			return value;
		},
	};
}
