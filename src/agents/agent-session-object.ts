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
import { Conversation, type NewMessage } from "./conversation.ts";
import { modelFor } from "./model-for.ts";
import { projectRuns } from "./project-runs.ts";
import { runnableAgent } from "./runnable-agent.ts";
import type { AgentDefinition, Attachment, Message, multitaskStrategies, Session } from "./schema.ts";
import { type SessionRow, SessionRows } from "./session-row.ts";
import { callerOfUpgrade, SessionSockets } from "./session-sockets.ts";
import { openDb } from "./store.ts";
import { toolMessage } from "./tool-step.ts";
import { withAttachments } from "./attachments.ts";
import { sessionTools } from "./tools/session-tools.ts";
import { userMessage } from "./user-message.ts";
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
	/** The conversation so far, for a detached turn. */
	history?: LanguageModelV4Message[];
	rest?: Pick<TurnInput, "context" | "metadata" | "clientTools" | "settings">;
}

/** What Workers call of a session's object. */
export type SessionHome = Pick<
	AgentSession,
	| "send"
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
	readonly #rows = new SessionRows(this.ctx.storage.sql);
	readonly #tools = sessionTools(this.ctx.storage.sql);
	readonly #live = new SessionSockets(this, this.log, {
		state: () => this.#state(),
		send: (caller, message) => this.#sendLive(caller, message),
		cancel: (caller) => this.#cancelLive(caller),
	});

	/** Takes a message; answers the run that works on it, which may be one that waited for an answer. */
	async send(caller: Caller, message: SendMessage): Promise<{ executionId: string }> {
		const known = this.#rows.runOf(message.runId);
		if (known) return { executionId: known };
		if (!message.history) {
			this.#own(caller, message);
			const waiting = this.#waiting();
			if (waiting) return this.#answer(waiting, message);
			await this.#makeRoom(caller, message.strategy);
		}
		this.#begin(caller, message);
		return { executionId: message.runId };
	}

	async session(caller: Caller): Promise<Session> {
		const { createdAt, ...session } = this.#readableSession(caller);
		const latest = this.log.latest();
		return {
			...session,
			status: latest && !isTerminal(latest.status) ? latest.status : "active",
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
		for (const run of this.log.open()) await this.cancel(caller, run.id);
		await this.ctx.storage.deleteAlarm();
		await this.ctx.storage.deleteAll();
		this.ctx.abort("the session was erased");
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
		await projectRuns(openDb(this.env.DB), runs, this.#rows.find(), this.#conversation.count());
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
		const prompt = input.detached ? this.#conversation.promptOf(id) : this.#conversation.prompt();
		return await withAttachments(prompt, this.env.ATTACHMENTS);
	}

	#turn(run: TurnRun, agent: AgentDefinition, model: Turn["model"], signal: AbortSignal, span: Span): Turn {
		return {
			run,
			agent,
			model,
			signal,
			span,
			tools: this.#tools.filter(({ id }) => agent.config.tools.includes(id)),
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
		try {
			this.record(runId, events, change, () => {
				for (const message of messages) this.#conversation.add(message);
			});
		} catch (error) {
			this.#conversation.reload();
			throw error;
		}
	}

	#begin(caller: Caller, message: SendMessage): void {
		const { runId, sessionId, agent, history, rest } = message;
		const input: TurnInput = {
			agentId: agent.id,
			agentVersion: agent.version,
			sessionId,
			message: message.message,
			...rest,
			...(history && { detached: true }),
		};
		const deadlineAt = Date.now() + agent.config.limits.seconds * 1_000;
		this.begin(
			{ id: runId, caller, status: "queued", input, deadlineAt },
			[{ type: "run.queued", data: { agentId: agent.id, sessionId, message: message.message } }],
			() => {
				this.#rows.pin(agent);
				this.#rows.take(runId, runId);
				for (const prompt of history ?? []) this.#conversation.add({ runId, agentId: agent.id, prompt, content: "" });
				if (!history) this.#conversation.add(userMessage(message));
			},
		);
	}

	/** The message is what the waiting run has asked for. */
	#answer(run: TurnRun, { runId: requestId, message, agent }: SendMessage): { executionId: string } {
		const { pending } = turnProgress(this.#conversation.ofRun(run.id));
		const [question] = pending;
		if (!question) throw new AppError("conflict", "The run does not wait for an answer.");
		const deadlineAt = Date.now() + agent.config.limits.seconds * 1_000;
		this.record(run.id, [{ type: "run.input_received", data: { message } }], { status: "running", deadlineAt }, () => {
			this.#rows.take(requestId, run.id);
			this.#conversation.add(toolMessage({ run, agent }, question, { type: "text", value: message }, 0));
		});
		this.drive();
		return { executionId: run.id };
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

	#waiting(): TurnRun | undefined {
		const latest = this.log.latest();
		return latest?.status === "input_required" ? latest : undefined;
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
