/** The tools domain behind its binding, whose type says nothing of what it answers. */
import type { ToolsClient } from "#tools/client";

export function toolsClient({ TOOLS }: Pick<AgentsEnv, "TOOLS">): ToolsClient {
	return TOOLS as unknown as ToolsClient;
}
