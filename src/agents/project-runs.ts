/** The listing rows of a session's runs: a projection that may lag, and is rebuilt from the session. */
import { isoTime } from "#core/clock";
import { isTerminal } from "#run/run";
import type { AgentsDb } from "./context.ts";
import { executionRow } from "./execution-view.ts";
import type { SessionRow } from "./session-row.ts";
import { type ConversationRow, upsertProjection } from "./store.ts";
import type { TurnRun } from "./turn.ts";

export async function projectRuns(
	db: AgentsDb,
	runs: TurnRun[],
	session: SessionRow | undefined,
	messageCount: number,
): Promise<void> {
	await upsertProjection(db, runs.map(executionRow), session && conversationRow(session, runs, messageCount));
}

function conversationRow(session: SessionRow, runs: TurnRun[], messageCount: number): ConversationRow {
	const last = runs.at(-1);
	return {
		id: session.id,
		agentId: session.agentId,
		userId: session.ownerId,
		title: session.title,
		status: last && !isTerminal(last.status) ? last.status : "active",
		messageCount,
		createdAt: isoTime(session.createdAt),
		updatedAt: isoTime(last?.endedAt ?? last?.startedAt ?? session.createdAt),
	};
}
