/** The session itself, one row in its Durable Object: whose it is, with which agent, and the requests it has taken. */
import type { AgentDefinition } from "./schema.ts";

export const sessionTables = `
	CREATE TABLE IF NOT EXISTS session (
		id TEXT PRIMARY KEY, agent_id TEXT NOT NULL, owner_id TEXT NOT NULL, title TEXT NOT NULL, created_at INTEGER NOT NULL
	) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS turn_requests (request_id TEXT PRIMARY KEY, run_id TEXT NOT NULL) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS agent_definitions (
		id TEXT NOT NULL, version TEXT NOT NULL, definition TEXT NOT NULL, PRIMARY KEY (id, version)
	) WITHOUT ROWID;
`;

export interface SessionRow {
	id: string;
	agentId: string;
	ownerId: string;
	title: string;
	createdAt: number;
}

const titleLength = 80;

export class SessionRows {
	readonly #sql: SqlStorage;

	constructor(sql: SqlStorage) {
		this.#sql = sql;
		sql.exec(sessionTables);
	}

	/** The session, if a message has begun one here. */
	find(): SessionRow | undefined {
		const row = this.#sql
			.exec<{ id: string; agent_id: string; owner_id: string; title: string; created_at: number }>(
				"SELECT * FROM session",
			)
			.toArray()[0];
		return (
			row && { id: row.id, agentId: row.agent_id, ownerId: row.owner_id, title: row.title, createdAt: row.created_at }
		);
	}

	create(id: string, agentId: string, ownerId: string, firstMessage: string): void {
		this.#sql.exec(
			"INSERT INTO session VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			...[id, agentId, ownerId, firstMessage.slice(0, titleLength), Date.now()],
		);
	}

	/** The run that took this request already. */
	runOf(requestId: string): string | undefined {
		return this.#sql
			.exec<{ run_id: string }>("SELECT run_id FROM turn_requests WHERE request_id = ?", requestId)
			.toArray()[0]?.run_id;
	}

	take(requestId: string, runId: string): void {
		this.#sql.exec("INSERT INTO turn_requests VALUES (?, ?)", requestId, runId);
	}

	/** Keeps the agent as it is now for the runs that pin this version. */
	pin(definition: AgentDefinition): void {
		const { id, version } = definition;
		this.#sql.exec("INSERT OR IGNORE INTO agent_definitions VALUES (?, ?, ?)", id, version, JSON.stringify(definition));
	}

	pinned(id: string, version: string): AgentDefinition {
		const { definition } = this.#sql
			.exec<{ definition: string }>(
				"SELECT definition FROM agent_definitions WHERE id = ? AND version = ?",
				id,
				version,
			)
			.one();
		return JSON.parse(definition);
	}
}
