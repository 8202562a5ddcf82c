/**
 * One session with an agent: its conversation, its turns and whoever watches them. A session takes one turn at a time;
 * an object that serves detached turns (each with a history of its own) takes them side by side.
 */
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { type Caller, canRead } from "#core/caller";
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import type { Position } from "#core/paging";
import { spanQueueSink } from "#core/span-queue";
import { Span } from "#core/telemetry";
import { DeltaGatherer } from "#run/delta-gatherer";
import { isTerminal } from "#run/run";
import type { NewEvent } from "#run/run-log";
import { newRunId } from "#run/run-id";
import { RunObject } from "#run/run-object";
import { agentLoop } from "./agent-loop.ts";
import { answerClientCalls } from "./answer-client-calls.ts";
import { Conversation, conversationTables, type NewMessage } from "./conversation.ts";
import { DetachedPrompts, detachedTables } from "./detached-prompts.ts";
import { givenMessages } from "./given-messages.ts";
import { modelFor } from "./model-for.ts";
import { type StreamFormat, turnView } from "./openai/turn-view.ts";
import { projectRuns } from "./project-runs.ts";
import { runnableAgent } from "./runnable-agent.ts";
import type { AgentDefinition, Attachment, Message, multitaskStrategies, Session } from "./schema.ts";
import { type SessionRow, SessionRows, sessionTables } from "./session-row.ts";
import { callerOfUpgrade, SessionSockets } from "./session-sockets.ts";
import { openDb } from "./store.ts";
import { toolMessage } from "./tool-step.ts";
import { withAttachments } from "./attachments.ts";
import { memoryTables } from "./tools/session-memory.ts";
import { sessionTools } from "./tools/session-tools.ts";
import type { Turn, TurnInput, TurnRun } from "./turn.ts";
import { turnProgress } from "./turn-progress.ts";

/** A message for a session, as the Worker hands it over. */
export interface SendMessage {
	/** Names the request: sending it again changes nothing and answers the same run. */
	runId: string;
	sessionId: string;
	agent: AgentDefinition;
	message: string;
	strategy: (typeof multitaskStrategies)[number];
	attachments?: Omit<Attachment, "url">[];
	/** All that the message consists of, where it is more than a person's text: `message` is then what lists show. */
	prompts?: LanguageModelV4Message[];
	/** `prompts` are a whole conversation: the session's own is neither read nor written. */
	detached?: boolean;
	rest?: Pick<TurnInput, "context" | "metadata" | "clientTools" | "settings" | "previousRunId">;
}

/** Which run works on a message, and after which of its events. */
export interface SentMessage {
	executionId: string;
	after: number;
}

/** What Workers call of a session's object. */
export type SessionHome = Pick<
	AgentSession,
	| "send"
	| "sendAndSettle"
	| "sendAndStream"
	| "find"
	| "settled"
	| "stream"
	| "cancel"
	| "closeSockets"
	| "session"
	| "messages"
	| "attachment"
	| "erase"
	| "fetch"
>;

export class AgentSession extends RunObject<AgentsEnv, TurnRun> {
	readonly #conversation = new Conversation(this.ctx.storage.sql);
	readonly #detached = new DetachedPrompts(this.ctx.storage.sql);
	readonly #rows = new SessionRows(this.ctx.storage.sql);
	readonly #tools = sessionTools(this.ctx.storage.sql);
	readonly #live = new SessionSockets(this, this.log, {
		state: () => this.#state(),
		send: (caller, message) => this.#sendLive(caller, message),
		cancel: (caller) => this.#cancelLive(caller),
	});

	/** Takes a message; answers the run that works on it, which may be one that waited for an answer. */
	async send(caller: Caller, message: SendMessage): Promise<SentMessage> {
		const known = this.#rows.runOf(message.runId);
		if (known) return { executionId: known, after: 0 };
		if (!message.detached) {
			const previous = this.#previous(caller, message.rest?.previousRunId);
			this.#own(caller, message);
			const waiting = this.#waiting();
			if (waiting) return this.#answer(waiting, message);
			if (message.prompts) answerClientCalls(message.prompts, previous?.result?.clientToolCalls);
			await this.#makeRoom(caller, message.strategy);
		}
		this.#begin(caller, message);
		return { executionId: message.runId, after: 0 };
	}

	/** `send` and `settled` in one call. */
	async sendAndSettle(caller: Caller, message: SendMessage, ms: number): Promise<TurnRun> {
		const { executionId } = await this.send(caller, message);
		return await this.settled(caller, executionId, ms);
	}

	/** `send`, and the run as OpenAI streams it. A run that fails before it says anything throws. */
	async sendAndStream(caller: Caller, message: SendMessage, format: StreamFormat): Promise<Response> {
		const { executionId, after } = await this.send(caller, message);
		const run = this.readable(caller, executionId);
		return await this.streamAs(run, after, turnView(run, format));
	}

	async session(caller: Caller): Promise<Session> {
		const { createdAt, ...session } = this.#readableSession(caller);
		const latest = this.log.latest();
		const current = this.#waiting() ?? latest;
		return {
			...session,
			status: current && !isTerminal(current.status) ? current.status : "active",
			messageCount: this.#conversation.count(),
			createdAt: isoTime(createdAt),
			updatedAt: isoTime(latest?.endedAt ?? latest?.startedAt ?? createdAt),
		};
	}

	/** Newest first, one more than `limit`. */
	async messages(caller: Caller, limit: number, before: Position | undefined, urlBase: string): Promise<Message[]> {
		this.#readableSession(caller);
		return this.#conversation.list(limit, before, (id) => `${urlBase}/${id}`);
	}

	async attachment(caller: Caller, id: string): Promise<Omit<Attachment, "url">> {
		this.#readableSession(caller);
		const attachment = this.#conversation.attachment(id);
		if (!attachment) throw new AppError("not_found", "There is no such attachment.");
		return attachment;
	}

	/** Erases the session; answers the attachments that the caller has to delete. */
	async erase(caller: Caller): Promise<string[]> {
		const { ownerId } = this.#readableSession(caller);
		if (caller.role !== "admin" && ownerId !== caller.userId)
			throw new AppError("not_found", "There is no such session.");
		const attachments = this.#conversation.attachmentIds();
		await this.forgetAll(conversationTables + detachedTables + sessionTables + memoryTables);
		this.#conversation.reload();
		return attachments;
	}

	override async fetch(request: Request): Promise<Response> {
		if (new URL(request.url).pathname === "/run") return this.acceptRunSocket(callerOfUpgrade(request), request);
		return await this.#live.accept(request);
	}

	override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
		await this.#live.message(socket, message);
	}

	override async webSocketClose(socket: WebSocket, code: number, reason: string, wasClean: boolean): Promise<void> {
		await this.#live.close(socket, code, reason, wasClean);
	}

	override async webSocketError(socket: WebSocket, error: unknown): Promise<void> {
		await this.#live.error(socket, error);
	}

	protected override get retentionDays(): number {
		return Number(this.env.RUN_RETENTION_DAYS);
	}

	protected override announce(runId: string): void {
		super.announce(runId);
		this.#live.notify();
	}

	/** A session's turns one after the other; detached ones at once. */
	protected override startable(): TurnRun[] {
		const open = this.log.open();
		const busy = open.some(({ status }) => status === "running") || this.#waiting() !== undefined;
		const queued = open.filter(({ status }) => status === "queued");
		const next = queued.find(({ input }) => !input.detached);
		return queued.filter((run) => run.input.detached || (run === next && !busy));
	}

	protected override async execute(run: TurnRun, signal: AbortSignal): Promise<void> {
		const agent = this.#rows.pinned(run.input.agentId, run.input.agentVersion);
		const span = new Span(spanQueueSink("agents", this.env.TELEMETRY, this.ctx), `invoke_agent ${agent.name}`, {
			traceparent: run.caller.traceparent,
			userId: run.caller.userId,
			attributes: {
				"gen_ai.operation.name": "invoke_agent",
				"gen_ai.agent.id": agent.id,
				"gen_ai.agent.name": agent.name,
				"gen_ai.conversation.id": run.input.sessionId,
				"agentic_edge.run.id": run.id,
			},
		});
		try {
			const model = await modelFor(this.env, run.caller, agent.config.model);
			await agentLoop(this.#turn(run, agent, model, signal, span));
		} catch (error) {
			span.status = "error";
			throw error;
		} finally {
			span.end();
		}
	}

	protected override async project(runs: TurnRun[]): Promise<void> {
		const session = this.#rows.find();
		await projectRuns(openDb(this.env.DB), runs, session, session ? this.#conversation.count() : 0);
		await this.#forgetDetached(runs);
	}

	/** A detached turn leaves its log and its result, and nothing of the conversation that it was given. */
	async #forgetDetached(runs: TurnRun[]): Promise<void> {
		const ended = runs.filter(({ status, input }) => input.detached && isTerminal(status));
		const files = ended.flatMap(({ id }) => {
			this.#conversation.forget(id);
			return this.#detached.drop(id);
		});
		if (files.length > 0) await this.env.ATTACHMENTS.delete(files);
	}

	protected override deadlineOf({ input }: TurnRun): number {
		return Date.now() + this.#rows.pinned(input.agentId, input.agentVersion).config.limits.seconds * 1_000;
	}

	/** A message becomes part of the conversation when its turn comes, not in the middle of another. */
	protected override started({ id, input }: TurnRun): void {
		if (!input.detached) this.#conversation.addQueued(id);
	}

	/** A tool call without a result would make the conversation unreadable for most models. */
	protected override stopped(run: TurnRun): void {
		const agent = this.#rows.pinned(run.input.agentId, run.input.agentVersion);
		for (const call of turnProgress(this.#conversation.ofRun(run.id)).pending) {
			const output = { type: "error-text" as const, value: "The run ended before this call did." };
			this.#conversation.add(toolMessage({ run, agent }, call, output, 0));
		}
	}

	protected override record(...change: Parameters<RunObject<AgentsEnv, TurnRun>["record"]>): void {
		try {
			super.record(...change);
		} catch (error) {
			this.#conversation.reload();
			throw error;
		}
	}

	/** A run that is ended from outside leaves no half message behind. */
	protected override closing(runId: string): NewEvent[] {
		return ["message", "reasoning"].flatMap((kind) => {
			const half = this.log.unfolded(runId, `${kind}.delta`);
			return half
				? [{ type: `${kind}.discarded`, data: { ...half.folds.data, text: half.text }, folds: half.folds }]
				: [];
		});
	}

	async #history({ id, input }: TurnRun): Promise<readonly LanguageModelV4Message[]> {
		const prompt = input.detached ? this.#detachedHistory(id) : this.#conversation.prompt();
		return await withAttachments(prompt, this.env.ATTACHMENTS);
	}

	#detachedHistory(runId: string): LanguageModelV4Message[] {
		return [...this.#detached.of(runId), ...this.#conversation.ofRun(runId).map(({ prompt }) => prompt)];
	}

	#turn(run: TurnRun, agent: AgentDefinition, model: Turn["model"], signal: AbortSignal, span: Span): Turn {
		return {
			run,
			agent,
			model,
			signal,
			span,
			tools: this.#tools.filter(
				({ id, ofSession }) => agent.config.tools.includes(id) && !(ofSession && run.input.detached),
			),
			history: () => this.#history(run),
			recorded: () => this.#conversation.ofRun(run.id),
			lastSeq: () => this.log.head(run.id).lastSeq,
			running: () => this.log.head(run.id).status === "running",
			unfolded: (type) => this.log.unfolded(run.id, type),
			gather: (event) => new DeltaGatherer(this.log, run.id, event, signal, () => this.announce(run.id)),
			commit: (events, messages = [], change = {}) => this.#commit(run.id, events, messages, change),
		};
	}

	#commit(runId: string, events: NewEvent[], messages: NewMessage[], change: Parameters<Turn["commit"]>[2]): void {
		this.record(runId, events, change, () => {
			for (const message of messages) this.#conversation.add(message);
		});
	}

	#begin(caller: Caller, message: SendMessage): void {
		const { runId, sessionId, agent, prompts = [], detached, rest } = message;
		const input: TurnInput = {
			agentId: agent.id,
			agentVersion: agent.version,
			sessionId,
			message: message.message,
			...rest,
			...(detached && { detached }),
		};
		this.begin(
			{ id: runId, caller, status: "queued", input },
			[{ type: "run.queued", data: { agentId: agent.id, sessionId, message: message.message } }],
			() => {
				this.#rows.pin(agent);
				this.#rows.take(runId, runId);
				if (detached) this.#detached.add(runId, prompts, message.attachments?.map(({ id }) => id) ?? []);
				else this.#conversation.queue(runId, givenMessages(message));
			},
		);
	}

	/** The message is what the waiting run has asked for. */
	#answer(run: TurnRun, { runId: requestId, message, agent }: SendMessage): SentMessage {
		const { pending } = turnProgress(this.#conversation.ofRun(run.id));
		const [question] = pending;
		if (!question) throw new AppError("conflict", "The run does not wait for an answer.");
		const deadlineAt = Date.now() + agent.config.limits.seconds * 1_000;
		this.record(run.id, [{ type: "run.input_received", data: { message } }], { status: "running", deadlineAt }, () => {
			this.#rows.take(requestId, run.id);
			this.#conversation.add(toolMessage({ run, agent }, question, { type: "text", value: message }, 0));
		});
		const after = this.log.head(run.id).lastSeq;
		this.drive();
		return { executionId: run.id, after };
	}

	async #makeRoom(caller: Caller, strategy: SendMessage["strategy"]): Promise<void> {
		const open = this.log.open();
		if (open.length === 0 || strategy === "enqueue") return;
		if (strategy === "reject") {
			throw new AppError(
				"run_in_progress",
				"A run of this session is going on; send `multitaskStrategy` to queue or interrupt.",
			);
		}
		for (const run of open) await this.cancel(caller, run.id);
	}

	#own(caller: Caller, { sessionId, agent, message }: SendMessage): void {
		const session = this.#rows.find();
		if (!session) return this.#rows.create(sessionId, agent.id, caller.userId, message);
		if (session.ownerId !== caller.userId || session.agentId !== agent.id) {
			throw new AppError("not_found", "There is no such session of this agent.");
		}
	}

	/** The run that the client takes for the last one here; there is no way back to an earlier one. */
	#previous(caller: Caller, runId: string | undefined): TurnRun | undefined {
		if (runId === undefined) return undefined;
		const previous = this.readable(caller, runId);
		if (this.log.latest()?.id === runId) return previous;
		throw new AppError("invalid_input", "Only the last response of a conversation can be continued.");
	}

	#waiting(): TurnRun | undefined {
		return this.log.waiting().find(({ input }) => !input.detached);
	}

	#readableSession(caller: Caller): SessionRow {
		const session = this.#rows.find();
		if (!session || !canRead(caller, session)) throw new AppError("not_found", "There is no such session.");
		return session;
	}

	/** What clients of the `agents` SDK see as the session's state. */
	#state() {
		const run = this.log.latest();
		return {
			sessionId: this.#rows.find()?.id,
			agentId: this.#rows.find()?.agentId,
			status: run && !isTerminal(run.status) ? run.status : "idle",
			executionId: run?.id,
		};
	}

	async #sendLive(caller: Caller, message: string): Promise<{ executionId: string }> {
		const { id: sessionId, agentId } = this.#readableSession(caller);
		const agent = await runnableAgent({ db: openDb(this.env.DB), caller }, agentId);
		const runId = newRunId(sessionId.slice("ses_".length));
		return await this.send(caller, { runId, sessionId, agent, message, strategy: agent.config.multitaskStrategy });
	}

	async #cancelLive(caller: Caller): Promise<void> {
		for (const run of this.log.open()) await this.cancel(caller, run.id);
	}
}
