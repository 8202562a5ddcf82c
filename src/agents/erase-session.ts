/** Erases a session: its object, its listing rows and its files. */
import type { AgentsContext } from "./context.ts";
import { homeOfSession } from "./session-id.ts";
import { deleteConversation } from "./store.ts";

export async function eraseSession(ctx: AgentsContext, sessionId: string): Promise<void> {
	const attachments = await ctx.home(homeOfSession(sessionId)).erase(ctx.caller);
	if (attachments.length > 0) await ctx.attachments.delete(attachments);
	await deleteConversation(ctx, sessionId);
}
