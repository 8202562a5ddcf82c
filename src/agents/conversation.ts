/**
 * The messages of a session, in its Durable Object: what the model is given, and what people read. The prompt is kept
 * in memory after its first use, so that a long conversation costs a turn no more than a short one.
 */
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { isoTime } from "#core/clock";
import { newId } from "#core/ids";
import type { Position } from "#core/paging";
import { LazyTables } from "#run/lazy-tables";
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
`;
const citationTable = `
	CREATE TABLE IF NOT EXISTS citations (
		message_id TEXT NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL, url TEXT, confidence REAL NOT NULL
	);
	CREATE INDEX IF NOT EXISTS citations_message ON citations (message_id);
`;
const attachmentTable = `
	CREATE TABLE IF NOT EXISTS attachments (
		id TEXT PRIMARY KEY, message_id TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, size INTEGER NOT NULL
	);
	CREATE INDEX IF NOT EXISTS attachments_message ON attachments (message_id);
`;
const queueTable = `
	CREATE TABLE IF NOT EXISTS queued_messages (run_id TEXT PRIMARY KEY, messages TEXT NOT NULL) WITHOUT ROWID;
`;

type StoredAttachment = Omit<Attachment, "url">;

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

/** What a run has recorded of itself. */
export interface RunMessage {
	prompt: LanguageModelV4Message;
	content: string;
	metadata: Record<string, unknown>;
}

export class Conversation {
	readonly #messages: LazyTables;
	readonly #citations: LazyTables;
	readonly #attachments: LazyTables;
	readonly #queue: LazyTables;
	#prompt: LanguageModelV4Message[] | undefined;
	#count: number | undefined;
	/** Messages that wait for the end of the transaction which they came with. */
	readonly #arriving = new Map<string, NewMessage[]>();
	/** All that the runs have recorded that began while this object has been in memory. */
	readonly #ofRuns = new Map<string, RunMessage[]>();

	/** `messages` are the tables of the object, `conversationTables` among them. */
	constructor(sql: SqlStorage, messages: LazyTables) {
		this.#messages = messages;
		this.#citations = new LazyTables(sql, "citations", citationTable);
		this.#attachments = new LazyTables(sql, "attachments", attachmentTable);
		this.#queue = new LazyTables(sql, "queued_messages", queueTable);
	}

	/** Nothing was said here before. */
	begin(): void {
		this.#prompt = [];
		this.#count = 0;
	}

	/** Call it inside the transaction that records the message's event. */
	add(message: NewMessage): string {
		const { id = newId("msg"), runId, agentId, prompt, content, toolId = null, metadata = {}, given = false } = message;
		const [promptJson, metadataJson] = [JSON.stringify(prompt), JSON.stringify(metadata)];
		this.#messages.change(
			`INSERT INTO conversation_messages (id, run_id, role, content, prompt, agent_id, tool_id, metadata, given, timestamp)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			...[id, runId, prompt.role, content, promptJson, agentId, toolId, metadataJson, given ? 1 : 0, Date.now()],
		);
		for (const { source, title, url = null, confidence } of message.citations ?? []) {
			this.#citations.make();
			this.#citations.change("INSERT INTO citations VALUES (?, ?, ?, ?, ?)", id, source, title, url, confidence);
		}
		for (const { id: attachmentId, name, type, size } of message.attachments ?? []) {
			this.#attachments.make();
			this.#attachments.change("INSERT INTO attachments VALUES (?, ?, ?, ?, ?)", attachmentId, id, name, type, size);
		}
		this.#prompt?.push(prompt);
		if (this.#count !== undefined) this.#count++;
		if (!given) this.#ofRuns.get(runId)?.push({ prompt, content, metadata: JSON.parse(metadataJson) });
		return id;
	}

	/** Keeps messages out of the conversation until their run begins, which may be at once. */
	queue(runId: string, messages: NewMessage[]): void {
		this.#arriving.set(runId, messages);
	}

	/** Stores what was queued for a run that does not begin at once. */
	keepQueued(runId: string): void {
		const messages = this.#arriving.get(runId);
		if (!messages) return;
		this.#arriving.delete(runId);
		this.#queue.make();
		this.#queue.change("INSERT INTO queued_messages VALUES (?, ?)", runId, JSON.stringify(messages));
	}

	/** Adds what was queued for a run that begins. */
	addQueued(runId: string): void {
		const messages =
			this.#arriving.get(runId) ??
			this.#queued("DELETE FROM queued_messages WHERE run_id = ? RETURNING messages", runId);
		this.#arriving.delete(runId);
		this.#ofRuns.set(runId, []);
		for (const message of messages) this.add(message);
	}

	/** Everything said so far, as the model is given it; not to be changed by the caller. */
	prompt(): readonly LanguageModelV4Message[] {
		this.#prompt ??= this.#messages
			.rows<{ prompt: string }>("SELECT prompt FROM conversation_messages ORDER BY position")
			.map(({ prompt }) => JSON.parse(prompt));
		return this.#prompt;
	}

	/** What a run has recorded of itself: its messages with their metadata, oldest first. */
	ofRun(runId: string): RunMessage[] {
		const known = this.#ofRuns.get(runId);
		if (known) return [...known];
		return this.#messages
			.rows<Pick<MessageRow, "prompt" | "content" | "metadata">>(
				`SELECT prompt, content, metadata FROM conversation_messages
					WHERE run_id = ? AND given = 0 ORDER BY position`,
				runId,
			)
			.map(({ prompt, content, metadata }) => ({
				prompt: JSON.parse(prompt),
				content,
				metadata: JSON.parse(metadata),
			}));
	}

	/** Lets go of what is in memory of a run that has ended. */
	ended(runId: string): void {
		this.#ofRuns.delete(runId);
	}

	/** Forgets the messages of a run that is not part of the conversation. */
	forget(runId: string): void {
		const messages = "SELECT id FROM conversation_messages WHERE run_id = ?";
		this.#citations.change(`DELETE FROM citations WHERE message_id IN (${messages})`, runId);
		this.#messages.change("DELETE FROM conversation_messages WHERE run_id = ?", runId);
	}

	/** Forgets what is only in memory, after a transaction that failed. */
	reload(): void {
		for (const tables of [this.#citations, this.#attachments, this.#queue]) tables.forget();
		this.#prompt = undefined;
		this.#count = undefined;
		this.#arriving.clear();
		this.#ofRuns.clear();
	}

	count(): number {
		// A session's messages are numbered from 1 and stay: the last number is their count, without reading them.
		this.#count ??=
			this.#messages.rows<{ n: number | null }>("SELECT max(position) AS n FROM conversation_messages")[0]?.n ?? 0;
		return this.#count;
	}

	/** Newest first; one more than `limit`, so that the caller sees whether there are more. */
	list(limit: number, before: Position | undefined, urlOf: (attachmentId: string) => string): Message[] {
		const rows = this.#messages.rows<MessageRow>(
			"SELECT * FROM conversation_messages WHERE position < ? ORDER BY position DESC LIMIT ?",
			...[before ? this.#position(before.id) : Number.MAX_SAFE_INTEGER, limit + 1],
		);
		return rows.map((row) => this.#message(row, urlOf));
	}

	attachment(id: string): StoredAttachment | undefined {
		return this.#attachments.rows<StoredAttachment>("SELECT id, name, type, size FROM attachments WHERE id = ?", id)[0];
	}

	attachmentIds(): string[] {
		const added = this.#attachments.rows<{ id: string }>("SELECT id FROM attachments");
		const queued = this.#queued("SELECT messages FROM queued_messages").flatMap(({ attachments = [] }) => attachments);
		return [...added, ...queued].map(({ id }) => id);
	}

	#queued(query: string, ...values: string[]): NewMessage[] {
		return this.#queue.rows<{ messages: string }>(query, ...values).flatMap(({ messages }) => JSON.parse(messages));
	}

	#position(id: string): number {
		const query = "SELECT position FROM conversation_messages WHERE id = ?";
		return this.#messages.rows<{ position: number }>(query, id)[0]?.position ?? 0;
	}

	#message(row: MessageRow, urlOf: (attachmentId: string) => string): Message {
		const { toolIds = {}, ...metadata }: Record<string, unknown> & { toolIds?: Record<string, string> } = JSON.parse(
			row.metadata,
		);
		const toolCalls = toolCallsOf(JSON.parse(row.prompt), toolIds);
		return {
			id: row.id,
			role: row.role,
			content: row.content,
			executionId: row.run_id,
			agentId: row.agent_id,
			...(toolCalls.length > 0 && { toolCalls }),
			...(row.tool_id && { toolId: row.tool_id }),
			citations: this.#citations
				.rows<Citation>("SELECT source, title, url, confidence FROM citations WHERE message_id = ?", row.id)
				.map(({ url, ...citation }) => (url ? { ...citation, url } : citation)),
			attachments: this.#attachments
				.rows<StoredAttachment>("SELECT id, name, type, size FROM attachments WHERE message_id = ?", row.id)
				.map((attachment) => ({ ...attachment, url: urlOf(attachment.id) })),
			metadata,
			timestamp: isoTime(row.timestamp),
		};
	}
}

function toolCallsOf({ role, content }: LanguageModelV4Message, toolIds: Record<string, string>) {
	if (role !== "assistant") return [];
	return content
		.filter((part) => part.type === "tool-call")
		.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, toolId: toolIds[toolCallId] ?? toolName, input }));
}
