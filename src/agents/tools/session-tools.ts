/** The tools that a session brings along, whichever of them an agent names. */
import type { AgentTool } from "./agent-tool.ts";
import { askUser } from "./ask-user.ts";
import { currentTime } from "./current-time.ts";
import { sessionMemory } from "./session-memory.ts";

export function sessionTools(sql: SqlStorage): AgentTool[] {
	return [currentTime, ...sessionMemory(sql), askUser];
}
