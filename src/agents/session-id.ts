/** Session ids: ours, or names that a caller chose, which are his alone. */
import { AppError } from "#core/errors";
import { derivedToken, tokenPattern } from "#core/ids";
import type { AgentsContext } from "./context.ts";

const sessionIdPattern = new RegExp(`^ses_(${tokenPattern})$`);

/** The home of a session: for an id the one it names, for a caller's own name always the same, else a new one. */
export async function sessionHome(
	{ caller, newHome }: Pick<AgentsContext, "caller" | "newHome">,
	agentId: string,
	sessionId: string | undefined,
): Promise<string> {
	if (sessionId === undefined) return newHome();
	return sessionIdPattern.exec(sessionId)?.[1] ?? (await derivedToken("session", caller.userId, agentId, sessionId));
}

/** The home of an existing session; throws `not_found` for what is no session id. */
export function homeOfSession(sessionId: string): string {
	const home = sessionIdPattern.exec(sessionId)?.[1];
	if (!home) throw new AppError("not_found", "There is no such session.");
	return home;
}

export function sessionIdOf(home: string): string {
	return `ses_${home}`;
}
