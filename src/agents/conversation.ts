/**
 * The messages of a session, in its Durable Object: what the model is given, and what people read. The prompt is kept
 * in memory after its first use, so that a long conversation costs a turn no more than a short one.
 */
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { isoTime } from "#core/clock";
import { newId } from "#core/ids";
import type { Position } from "#core/paging";
import type { Attachment, Citation, Message } from "./schema.ts";

export const conversationTables = `
	CREATE TABLE IF NOT EXISTS conversation_messages (
		position INTEGER PRIMARY KEY,
		id TEXT NOT NULL UNIQUE,
		run_id TEXT NOT NULL,
		role TEXT NOT NULL,
		content TEXT NOT NULL,
		prompt TEXT NOT NULL,
		agent_id TEXT NOT NULL,
		tool_id TEXT,
		metadata TEXT NOT NULL,
		given INTEGER NOT NULL,
		timestamp INTEGER NOT NULL
	);
	CREATE INDEX IF NOT EXISTS conversation_messages_run ON conversation_messages (run_id);
	CREATE TABLE IF NOT EXISTS citations (
		message_id TEXT NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL, url TEXT, confidence REAL NOT NULL
	);
	CREATE INDEX IF NOT EXISTS citations_message ON citations (message_id);
	CREATE TABLE IF NOT EXISTS attachments (
		id TEXT PRIMARY KEY, message_id TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, size INTEGER NOT NULL
	);
	CREATE INDEX IF NOT EXISTS attachments_message ON attachments (message_id);
	CREATE TABLE IF NOT EXISTS queued_messages (run_id TEXT PRIMARY KEY, messages TEXT NOT NULL) WITHOUT ROWID;
`;

export interface NewMessage {
	id?: string;
	runId: string;
	agentId: string;
	prompt: LanguageModelV4Message;
	/** As people read it. */
	content: string;
	toolId?: string;
	metadata?: Record<string, unknown>;
	citations?: Citation[];
	attachments?: Omit<Attachment, "url">[];
	/** It came with the request: the run begins after it. */
	given?: boolean;
}

type MessageRow = {
	position: number;
	id: string;
	run_id: string;
	role: Message["role"];
	content: string;
	prompt: string;
	agent_id: string;
	tool_id: string | null;
	metadata: string;
	timestamp: number;
};

export class Conversation {
	readonly #sql: SqlStorage;
	#prompt: LanguageModelV4Message[] | undefined;

	constructor(sql: SqlStorage) {
		this.#sql = sql;
		sql.exec(conversationTables);
	}

	/** Call it inside the transaction that records the message's event. */
	add(message: NewMessage): string {
		const { id = newId("msg"), runId, agentId, prompt, content, toolId = null, metadata = {}, given = false } = message;
		this.#sql.exec(
			`INSERT INTO conversation_messages (id, run_id, role, content, prompt, agent_id, tool_id, metadata, given, timestamp)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			...[
				id,
				runId,
				prompt.role,
				content,
				JSON.stringify(prompt),
				agentId,
				toolId,
				JSON.stringify(metadata),
				given ? 1 : 0,
				Date.now(),
			],
		);
		for (const { source, title, url = null, confidence } of message.citations ?? []) {
			this.#sql.exec("INSERT INTO citations VALUES (?, ?, ?, ?, ?)", id, source, title, url, confidence);
		}
		for (const { id: attachmentId, name, type, size } of message.attachments ?? []) {
			this.#sql.exec("INSERT INTO attachments VALUES (?, ?, ?, ?, ?)", attachmentId, id, name, type, size);
		}
		this.#prompt?.push(prompt);
		return id;
	}

	/** Keeps messages out of the conversation until their run begins. */
	queue(runId: string, messages: NewMessage[]): void {
		this.#sql.exec("INSERT INTO queued_messages VALUES (?, ?)", runId, JSON.stringify(messages));
	}

	/** Adds what was queued for a run that begins. */
	addQueued(runId: string): void {
		for (const message of this.#queued("DELETE FROM queued_messages WHERE run_id = ? RETURNING messages", runId)) {
			this.add(message);
		}
	}

	/** Everything said so far, as the model is given it; not to be changed by the caller. */
	prompt(): readonly LanguageModelV4Message[] {
		this.#prompt ??= this.#sql
			.exec<{ prompt: string }>("SELECT prompt FROM conversation_messages ORDER BY position")
			.toArray()
			.map(({ prompt }) => JSON.parse(prompt));
		return this.#prompt;
	}

	/** What a run has recorded of itself: its messages with their metadata, oldest first. */
	ofRun(runId: string): Array<{ prompt: LanguageModelV4Message; content: string; metadata: Record<string, unknown> }> {
		return this.#sql
			.exec<Pick<MessageRow, "prompt" | "content" | "metadata">>(
				`SELECT prompt, content, metadata FROM conversation_messages
					WHERE run_id = ? AND given = 0 ORDER BY position`,
				runId,
			)
			.toArray()
			.map(({ prompt, content, metadata }) => ({
				prompt: JSON.parse(prompt),
				content,
				metadata: JSON.parse(metadata),
			}));
	}

	/** Forgets the messages of a run that is not part of the conversation. */
	forget(runId: string): void {
		const messages = "SELECT id FROM conversation_messages WHERE run_id = ?";
		this.#sql.exec(`DELETE FROM citations WHERE message_id IN (${messages})`, runId);
		this.#sql.exec("DELETE FROM conversation_messages WHERE run_id = ?", runId);
	}

	/** Forgets what is only in memory, after a transaction that failed. */
	reload(): void {
		this.#prompt = undefined;
	}

	count(): number {
		// A session's messages are numbered from 1 and stay: the last number is their count, without reading them.
		return this.#sql.exec<{ n: number }>("SELECT coalesce(max(position), 0) AS n FROM conversation_messages").one().n;
	}

	/** Newest first; one more than `limit`, so that the caller sees whether there are more. */
	list(limit: number, before: Position | undefined, urlOf: (attachmentId: string) => string): Message[] {
		const rows = this.#sql
			.exec<MessageRow>(
				"SELECT * FROM conversation_messages WHERE position < ? ORDER BY position DESC LIMIT ?",
				...[before ? this.#position(before.id) : Number.MAX_SAFE_INTEGER, limit + 1],
			)
			.toArray();
		return rows.map((row) => this.#message(row, urlOf));
	}

	attachment(id: string): Omit<Attachment, "url"> | undefined {
		return this.#sql
			.exec<Omit<Attachment, "url">>("SELECT id, name, type, size FROM attachments WHERE id = ?", id)
			.toArray()[0];
	}

	attachmentIds(): string[] {
		const added = this.#sql.exec<{ id: string }>("SELECT id FROM attachments").toArray();
		const queued = this.#queued("SELECT messages FROM queued_messages").flatMap(({ attachments = [] }) => attachments);
		return [...added, ...queued].map(({ id }) => id);
	}

	#queued(query: string, ...values: string[]): NewMessage[] {
		return this.#sql
			.exec<{ messages: string }>(query, ...values)
			.toArray()
			.flatMap(({ messages }) => JSON.parse(messages));
	}

	#position(id: string): number {
		const row = this.#sql
			.exec<{ position: number }>("SELECT position FROM conversation_messages WHERE id = ?", id)
			.toArray()[0];
		return row?.position ?? 0;
	}

	#message(row: MessageRow, urlOf: (attachmentId: string) => string): Message {
		const toolCalls = toolCallsOf(JSON.parse(row.prompt));
		return {
			id: row.id,
			role: row.role,
			content: row.content,
			executionId: row.run_id,
			agentId: row.agent_id,
			...(toolCalls.length > 0 && { toolCalls }),
			...(row.tool_id && { toolId: row.tool_id }),
			citations: this.#sql
				.exec<Citation>("SELECT source, title, url, confidence FROM citations WHERE message_id = ?", row.id)
				.toArray()
				.map(({ url, ...citation }) => (url ? { ...citation, url } : citation)),
			attachments: this.#sql
				.exec<Omit<Attachment, "url">>("SELECT id, name, type, size FROM attachments WHERE message_id = ?", row.id)
				.toArray()
				.map((attachment) => ({ ...attachment, url: urlOf(attachment.id) })),
			metadata: JSON.parse(row.metadata),
			timestamp: isoTime(row.timestamp),
		};
	}
}

function toolCallsOf({ role, content }: LanguageModelV4Message) {
	if (role !== "assistant") return [];
	return content
		.filter((part) => part.type === "tool-call")
		.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, toolId: toolName, input }));
}
