/** Erases a session and all that belongs to it. */
import type { AgentsContext } from "./context.ts";
import { homeOfSession } from "./session-id.ts";

export async function eraseSession(ctx: AgentsContext, sessionId: string): Promise<void> {
	await ctx.home(homeOfSession(sessionId)).erase(ctx.caller);
}
