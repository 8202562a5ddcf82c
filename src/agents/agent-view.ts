/** An agent as the API shows it. */
import type { Agent } from "./schema.ts";
import type { AgentRow } from "./store.ts";

export function agentView(row: AgentRow, origin: string): Agent {
	const base = `${origin}/api/v1/agents/${row.id}`;
	return { ...row, a2aCardUrl: `${base}/card`, healthUrl: `${base}/health` };
}
