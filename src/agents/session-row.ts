/** The session itself, one row in its Durable Object: whose it is, and with which agent, as its runs pin it. */
import { LazyTables } from "#run/lazy-tables";
import type { AgentDefinition } from "./schema.ts";

export const sessionTables = `
	CREATE TABLE IF NOT EXISTS session (
		id TEXT PRIMARY KEY, agent_id TEXT NOT NULL, owner_id TEXT NOT NULL, title TEXT NOT NULL, created_at INTEGER NOT NULL
	) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS agent_definitions (
		id TEXT NOT NULL, version TEXT NOT NULL, definition TEXT NOT NULL, PRIMARY KEY (id, version)
	) WITHOUT ROWID;
`;

/** Messages that answered the question of a run which was there already. */
const answersTable = `
	CREATE TABLE IF NOT EXISTS turn_requests (request_id TEXT PRIMARY KEY, run_id TEXT NOT NULL) WITHOUT ROWID;
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
	readonly #tables: LazyTables;
	readonly #answers: LazyTables;
	#session: SessionRow | undefined;
	/** By id and version. */
	readonly #definitions = new Map<string, AgentDefinition>();

	constructor(sql: SqlStorage, tables: LazyTables) {
		this.#tables = tables;
		this.#answers = new LazyTables(sql, "turn_requests", answersTable);
	}

	/** The session, if a message has begun one here. */
	find(): SessionRow | undefined {
		this.#session ??= this.#tables.rows<SessionColumns>("SELECT * FROM session").map(sessionOf)[0];
		return this.#session;
	}

	create(id: string, agentId: string, ownerId: string, firstMessage: string): void {
		const session = { id, agentId, ownerId, title: firstMessage.slice(0, titleLength), createdAt: Date.now() };
		this.#tables.change(
			"INSERT INTO session VALUES (?, ?, ?, ?, ?)",
			...[id, agentId, ownerId, session.title, session.createdAt],
		);
		this.#session = session;
	}

	/** The run that took this answer already. */
	runOf(requestId: string): string | undefined {
		const query = "SELECT run_id FROM turn_requests WHERE request_id = ?";
		return this.#answers.rows<{ run_id: string }>(query, requestId)[0]?.run_id;
	}

	take(requestId: string, runId: string): void {
		this.#answers.make();
		this.#answers.change("INSERT INTO turn_requests VALUES (?, ?)", requestId, runId);
	}

	/** Keeps the agent as it is now for the runs that pin this version. */
	pin(definition: AgentDefinition): void {
		const { id, version } = definition;
		if (this.#definitions.has(keyOf(id, version))) return;
		this.#tables.change(
			"INSERT OR IGNORE INTO agent_definitions VALUES (?, ?, ?)",
			...[id, version, JSON.stringify(definition)],
		);
		this.#definitions.set(keyOf(id, version), definition);
	}

	pinned(id: string, version: string): AgentDefinition {
		const known = this.#definitions.get(keyOf(id, version));
		if (known) return known;
		const [row] = this.#tables.rows<{ definition: string }>(
			"SELECT definition FROM agent_definitions WHERE id = ? AND version = ?",
			...[id, version],
		);
		const definition: AgentDefinition = JSON.parse(row!.definition);
		this.#definitions.set(keyOf(id, version), definition);
		return definition;
	}

	/** Lets go of what is in memory. */
	forget(): void {
		this.#answers.forget();
		this.#session = undefined;
		this.#definitions.clear();
	}
}

type SessionColumns = { id: string; agent_id: string; owner_id: string; title: string; created_at: number };

function sessionOf({ id, agent_id, owner_id, title, created_at }: SessionColumns): SessionRow {
	return { id, agentId: agent_id, ownerId: owner_id, title, createdAt: created_at };
}

function keyOf(id: string, version: string): string {
	return `${id}@${version}`;
}
