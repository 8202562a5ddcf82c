/**
 * What a run of an agent's object does: one turn, from wherever its record stands. A session takes one turn at a time;
 * detached turns, which bring a history of their own, go side by side.
 */
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { inSpan } from "#core/in-span";
import { spanQueueSink } from "#core/span-queue";
import { Span } from "#core/telemetry";
import { DeltaGatherer } from "#run/delta-gatherer";
import { isTerminal } from "#run/run";
import type { NewEvent } from "#run/run-log";
import { RunObject } from "#run/run-object";
import { agentLoop } from "./agent-loop.ts";
import { Approvals } from "./approvals.ts";
import { withAttachments } from "./attachments.ts";
import { Conversation, conversationTables } from "./conversation.ts";
import { DetachedPrompts } from "./detached-prompts.ts";
import { modelFor } from "./model-for.ts";
import { projectRuns } from "./project-runs.ts";
import type { AgentDefinition } from "./schema.ts";
import { SessionRows, sessionTables } from "./session-row.ts";
import { openDb, type ProviderRow } from "./store.ts";
import { toolMessage } from "./tool-message.ts";
import type { AgentTool } from "./tools/agent-tool.ts";
import { attachedTools } from "./tools/attached-tools.ts";
import { findTools, maxOffered } from "./tools/find-tools.ts";
import { sessionTools } from "./tools/session-tools.ts";
import { toolsClient } from "./tools-client.ts";
import type { Turn, TurnRun } from "./turn.ts";
import { turnProgress } from "./turn-progress.ts";

export abstract class AgentRuns extends RunObject<AgentsEnv, TurnRun> {
	protected readonly conversation = new Conversation(this.ctx.storage.sql, this.log.tables);
	protected readonly detached = new DetachedPrompts(this.ctx.storage.sql);
	protected readonly approvals = new Approvals(this.ctx.storage.sql);
	protected readonly rows = new SessionRows(this.ctx.storage.sql, this.log.tables);
	/** The providers of runs that are just about to begin. */
	protected readonly providers = new Map<string, ProviderRow[]>();
	readonly #tools = sessionTools(this.ctx.storage.sql);

	protected override get tables(): string {
		return conversationTables + sessionTables;
	}

	protected override get retentionDays(): number {
		return Number(this.env.RUN_RETENTION_DAYS);
	}

	/** A session's turns one after the other; detached ones at once. */
	protected override startable(): TurnRun[] {
		const open = this.log.open();
		const busy = open.some(({ status }) => status === "running") || this.waiting() !== undefined;
		const queued = open.filter(({ status }) => status === "queued");
		const next = queued.find(({ input }) => !input.detached);
		return queued.filter((run) => run.input.detached || (run === next && !busy));
	}

	protected override async execute(run: TurnRun, signal: AbortSignal): Promise<void> {
		const agent = this.rows.pinned(run.input.agentId, run.input.agentVersion);
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
		await inSpan(span, async () => {
			const model = await modelFor(this.env, run.caller, agent.config.model, this.providers.get(run.id));
			const { clientTools = [] } = run.input;
			const taken = clientTools.map(({ name }) => name);
			const attached = await attachedTools(toolsClient(this.env), run.caller, agent.config.tools, taken);
			await agentLoop(this.#turn(run, agent, model, attached, signal, span));
		});
	}

	protected override async project(runs: TurnRun[]): Promise<void> {
		const session = this.rows.find();
		await projectRuns(openDb(this.env.DB), runs, session, session ? this.conversation.count() : 0);
		for (const { id, status } of runs) if (isTerminal(status)) this.conversation.ended(id);
		await this.#forgetDetached(runs);
	}

	/** A detached turn leaves its log and its result, and nothing of the conversation that it was given. */
	async #forgetDetached(runs: TurnRun[]): Promise<void> {
		const ended = runs.filter(({ status, input }) => input.detached && isTerminal(status));
		const files = ended.flatMap(({ id }) => {
			this.conversation.forget(id);
			return this.detached.drop(id);
		});
		if (files.length > 0) await this.env.ATTACHMENTS.delete(files);
	}

	protected override deadlineOf({ input }: TurnRun): number {
		return Date.now() + this.rows.pinned(input.agentId, input.agentVersion).config.limits.seconds * 1_000;
	}

	/** A message becomes part of the conversation when its turn comes, not in the middle of another. */
	protected override started({ id, input }: TurnRun): void {
		if (!input.detached) this.conversation.addQueued(id);
	}

	protected override queued({ id }: TurnRun): void {
		this.conversation.keepQueued(id);
	}

	/** A tool call without a result would make the conversation unreadable for most models. */
	protected override stopped(run: TurnRun): void {
		const agent = this.rows.pinned(run.input.agentId, run.input.agentVersion);
		for (const call of turnProgress(this.conversation.ofRun(run.id)).pending) {
			const output = { type: "error-text" as const, value: "The run ended before this call did." };
			this.conversation.add(toolMessage({ runId: run.id, agentId: agent.id, call, output, duration: 0 }));
		}
	}

	protected override undone(): void {
		this.conversation.reload();
		this.detached.reload();
		this.approvals.reload();
		this.rows.forget();
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
		const prompt = input.detached ? this.#detachedHistory(id) : this.conversation.prompt();
		return await withAttachments(prompt, this.env.ATTACHMENTS);
	}

	#detachedHistory(runId: string): LanguageModelV4Message[] {
		return [...this.detached.of(runId), ...this.conversation.ofRun(runId).map(({ prompt }) => prompt)];
	}

	#turn(
		run: TurnRun,
		agent: AgentDefinition,
		model: Turn["model"],
		attached: AgentTool[],
		signal: AbortSignal,
		span: Span,
	): Turn {
		const own = this.#tools.filter(
			({ id, ofSession }) => agent.config.tools.includes(id) && !(ofSession && run.input.detached),
		);
		return {
			run,
			agent,
			model,
			signal,
			span,
			tools: attached.length > maxOffered ? [...own, findTools(attached), ...attached] : [...own, ...attached],
			approvals: () => this.approvals.ofRun(run.id),
			history: () => this.#history(run),
			recorded: () => this.conversation.ofRun(run.id),
			lastSeq: () => this.log.head(run.id).lastSeq,
			running: () => this.log.head(run.id).status === "running",
			unfolded: (type) => this.log.unfolded(run.id, type),
			gather: (event) => new DeltaGatherer(this.log, run.id, event, signal, () => this.announce(run.id)),
			commit: (events, messages = [], change = {}, approvals = []) =>
				this.record(run.id, events, change, () => {
					for (const message of messages) this.conversation.add(message);
					for (const approval of approvals) this.approvals.request(approval);
				}),
		};
	}

	protected waiting(): TurnRun | undefined {
		return this.log.waiting().find(({ input }) => !input.detached);
	}
}
