/**
 * One session with an agent, to those who talk to it: takes messages, tells what was said, shows what goes on, and is
 * erased. What its runs do is `AgentRuns`.
 */
import { type Caller, canRead } from "#core/caller";
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import type { Position } from "#core/paging";
import type { DecideApproval } from "#run/decide-approval";
import { newRunId } from "#run/run-id";
import { isTerminal } from "#run/run";
import { callerOfUpgrade } from "#run/upgrade-request";
import { AgentRuns } from "./agent-runs.ts";
import { answerClientCalls } from "./answer-client-calls.ts";
import type { Approval } from "./approvals.ts";
import { deleteAttachments } from "./attachments.ts";
import { approvalToDecide } from "./decide-approval.ts";
import { givenMessages } from "./given-messages.ts";
import { type StreamFormat, turnView } from "./openai/turn-view.ts";
import { runnableAgent } from "./runnable-agent.ts";
import type { Attachment, Message, Session } from "./schema.ts";
import type { SendMessage, SentMessage } from "./session-home.ts";
import type { SessionRow } from "./session-row.ts";
import { SessionSockets } from "./session-sockets.ts";
import { deleteConversation, openDb } from "./store.ts";
import { toolMessage } from "./tool-message.ts";
import type { TurnInput, TurnRun } from "./turn.ts";
import { turnProgress } from "./turn-progress.ts";

export class AgentSession extends AgentRuns {
	readonly #live = new SessionSockets(this, this.log, {
		state: () => this.#state(),
		send: (caller, message) => this.#sendLive(caller, message),
		cancel: (caller) => this.#cancelLive(caller),
	});

	/** Takes a message; answers the run that works on it, which may be one that waited for an answer. */
	async send(caller: Caller, message: SendMessage): Promise<SentMessage> {
		const known = this.log.find(message.runId)?.id ?? this.rows.runOf(message.runId);
		if (known) return { executionId: known, after: 0 };
		if (!message.detached) {
			const previous = this.#previous(caller, message.rest?.previousRunId);
			this.#checkOwner(caller, message);
			const waiting = this.waiting();
			if (waiting) return this.#answer(waiting, message);
			if (message.prompts) answerClientCalls(message.prompts, previous?.result?.clientToolCalls);
			await this.#makeRoom(caller, message.strategy);
		}
		if (message.providers) this.providers.set(message.runId, message.providers);
		this.#begin(caller, message);
		this.providers.delete(message.runId);
		return { executionId: message.runId, after: 0 };
	}

	/** `send` and `settled` in one call. */
	async sendAndSettle(caller: Caller, message: SendMessage, ms: number): Promise<TurnRun> {
		const { executionId } = await this.send(caller, message);
		return await this.settled(caller, executionId, ms);
	}

	/** `send` and `stream` in one call; `x-execution-id` names the run. */
	async sendAndFollow(caller: Caller, message: SendMessage): Promise<Response> {
		const { executionId } = await this.send(caller, message);
		const { body, headers } = await this.stream(caller, executionId, 0);
		return new Response(body, { headers: [...headers, ["x-execution-id", executionId]] });
	}

	/** `send`, and the run as OpenAI streams it. A run that fails before it says anything throws. */
	async sendAndStream(caller: Caller, message: SendMessage, format: StreamFormat): Promise<Response> {
		const { executionId, after } = await this.send(caller, message);
		const run = this.readable(caller, executionId);
		return await this.streamAs(run, after, turnView(run, format));
	}

	/** Decides on a tool call that the run waits for; it goes on when nothing is left to decide. */
	async decide(caller: Caller, runId: string, approvalId: string, decided: DecideApproval): Promise<TurnRun> {
		const run = this.readable(caller, runId);
		const approvals = this.approvals.ofRun(runId);
		const { decision, reason } = decided;
		const approval = approvalToDecide(caller, run, approvals, approvalId, decided);
		const isLast = approvals.every(({ id, decision: made }) => made || id === approvalId);
		const type = decision === "approve" ? "approval.granted" : "approval.denied";
		const { callId, toolId } = approval;
		const event = { type, data: { approvalId, callId, toolId, by: caller.userId, ...(reason && { reason }) } };
		const left = run.result?.approvals?.filter(({ id }) => id !== approvalId);
		const change = isLast ? this.#goingOn(run) : { ...(run.result && { result: { ...run.result, approvals: left } }) };
		this.record(runId, [event], change, () => {
			this.approvals.decide(approvalId, decision);
			if (decision === "deny") this.#denied(run, approval, reason);
		});
		this.drive();
		return this.log.get(runId);
	}

	async session(caller: Caller): Promise<Session> {
		const { createdAt, ...session } = this.#readableSession(caller);
		const latest = this.log.latest();
		const current = this.waiting() ?? latest;
		return {
			...session,
			status: current && !isTerminal(current.status) ? current.status : "active",
			messageCount: this.conversation.count(),
			createdAt: isoTime(createdAt),
			updatedAt: isoTime(latest?.endedAt ?? latest?.startedAt ?? createdAt),
		};
	}

	/** Newest first, one more than `limit`. */
	async messages(caller: Caller, limit: number, before: Position | undefined, urlBase: string): Promise<Message[]> {
		this.#readableSession(caller);
		return this.conversation.list(limit, before, (id) => `${urlBase}/${id}`);
	}

	async attachment(caller: Caller, id: string): Promise<Omit<Attachment, "url">> {
		this.#readableSession(caller);
		const attachment = this.conversation.attachment(id);
		if (!attachment) throw new AppError("not_found", "There is no such attachment.");
		return attachment;
	}

	/** Erases the session: its files, its listing rows, and then everything here. */
	async erase(caller: Caller): Promise<void> {
		const session = this.#readableSession(caller);
		await this.forgetAll(async () => {
			await deleteAttachments(this.env.ATTACHMENTS, this.conversation.attachmentIds());
			await deleteConversation(openDb(this.env.DB), session.id);
		});
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

	protected override announce(runId: string): void {
		super.announce(runId);
		this.#live.notify();
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
		const queued = { type: "run.queued", data: { agentId: agent.id, sessionId, message: message.message } };
		const alongside = () => {
			if (!detached && !this.rows.find()) {
				this.rows.create(sessionId, agent.id, caller.userId, message.message);
				this.conversation.begin();
			}
			this.rows.pin(agent);
			if (detached) this.detached.add(runId, prompts, message.attachments?.map(({ id }) => id) ?? []);
			else this.conversation.queue(runId, givenMessages(message));
		};
		this.begin({ id: runId, caller, status: "queued", input }, [queued], { alongside });
	}

	/** The message is what the waiting run has asked for. */
	#answer(run: TurnRun, { runId: requestId, message, agent }: SendMessage): SentMessage {
		const { pending } = turnProgress(this.conversation.ofRun(run.id));
		const [question] = pending;
		if (!question) throw new AppError("conflict", "The run does not wait for an answer.");
		if (this.approvals.ofRun(run.id).some(({ decision }) => !decision)) {
			throw new AppError("approval_required", "The run of this session waits until a person allows a tool call.");
		}
		this.record(run.id, [{ type: "run.input_received", data: { message } }], this.#goingOn(run), () => {
			this.rows.take(requestId, run.id);
			const output = { type: "text" as const, value: message };
			this.conversation.add(toolMessage({ runId: run.id, agentId: agent.id, call: question, output, duration: 0 }));
		});
		const after = this.log.head(run.id).lastSeq;
		this.drive();
		return { executionId: run.id, after };
	}

	#denied(run: TurnRun, { callId, toolId }: Approval, reason: string | undefined): void {
		const { pending } = turnProgress(this.conversation.ofRun(run.id));
		const call = pending.find(({ toolCallId }) => toolCallId === callId);
		if (!call) return;
		const value = `A person has denied this call${reason ? `: ${reason}` : "."}`;
		const output = { type: "error-text" as const, value };
		this.conversation.add(
			toolMessage({ runId: run.id, agentId: run.input.agentId, toolId, call, output, duration: 0 }),
		);
	}

	/** A run that waited has its time anew. */
	#goingOn(run: TurnRun): { status: "running"; deadlineAt: number } {
		return { status: "running", deadlineAt: this.deadlineOf(run) };
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

	/** Nobody goes on with a session but the one who began it, nor with another agent. */
	#checkOwner(caller: Caller, { agent }: SendMessage): void {
		const session = this.rows.find();
		if (session && (session.ownerId !== caller.userId || session.agentId !== agent.id)) {
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

	#readableSession(caller: Caller): SessionRow {
		const session = this.rows.find();
		if (!session || !canRead(caller, session)) throw new AppError("not_found", "There is no such session.");
		return session;
	}

	/** What clients of the `agents` SDK see as the session's state. */
	#state() {
		const run = this.log.latest();
		return {
			sessionId: this.rows.find()?.id,
			agentId: this.rows.find()?.agentId,
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
