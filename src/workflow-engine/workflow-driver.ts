/**
 * How executions go on in the object that is home to them. One that only waits leaves memory: its row says when it is
 * due, and the object's alarm wakes it.
 */
import type { AgentsClient } from "#agents/client";
import { egressFetch } from "#core/egress";
import { egressPolicy } from "#core/egress-policy";
import { asAppError } from "#core/errors";
import { spanQueueSink } from "#core/span-queue";
import { Span } from "#core/telemetry";
import { homeOf } from "#run/run-id";
import { isSettled, isTerminal } from "#run/run";
import type { NewEvent } from "#run/run-log";
import { RunObject } from "#run/run-object";
import type { ToolsClient } from "#tools/client";
import { childWorkflows } from "./child-workflows.ts";
import type { StepEffects } from "./call-step.ts";
import { DueTimes } from "./due-times.ts";
import { Execution, type Stretch } from "./execution.ts";
import { executionRow } from "./execution-row.ts";
import { PinnedDefinitions } from "./pinned-definitions.ts";
import type { Progress } from "./progress.ts";
import { replay } from "./replay.ts";
import { openDb, upsertExecutions } from "./store.ts";
import { fireOnEnds } from "./triggers/fire-on-ends.ts";
import { triggerHome } from "./triggers/trigger-home.ts";
import { type WorkflowHome, workflowHome } from "./workflow-home.ts";
import type { WorkflowRun } from "./workflow-run.ts";

/** Executions that wait and are kept in memory all the same: somebody may ask for them. */
const mostParked = 50;

export class WorkflowDriver extends RunObject<WorkflowEngineEnv, WorkflowRun> {
	protected readonly definitions = new PinnedDefinitions(this.ctx.storage.sql);
	readonly #dues = new DueTimes(this.ctx.storage.sql);
	readonly #executions = new Map<string, Execution>();
	readonly #sink = spanQueueSink("workflow-engine", this.env.TELEMETRY, this.ctx);

	override async alarm(): Promise<void> {
		try {
			// What waits for a person is due, too: it asks again, or has waited long enough.
			for (const id of this.#dues.before(Date.now())) {
				const run = this.log.find(id);
				if (run?.status === "input_required") this.rouse(id);
				else if (!run || isTerminal(run.status)) this.#dues.delete(id);
			}
		} catch (error) {
			console.error("workflow alarm", error);
		}
		await super.alarm();
	}

	/** All executions of an owner begin in a few objects. */
	protected override get busyRuns(): number {
		return 0;
	}

	protected get agents(): AgentsClient {
		return this.env.AGENTS as unknown as AgentsClient;
	}

	protected homeNamed(name: string): WorkflowHome {
		return workflowHome(this.env, name);
	}

	/** Many short ones end in a second. */
	protected override get listAfterMs(): number {
		return 500;
	}

	protected override get streamsToEnd(): boolean {
		return true;
	}

	protected override get retentionDays(): number {
		return Number(this.env.RUN_RETENTION_DAYS);
	}

	/** The first event of the log tells it. */
	protected override startEvents(): NewEvent[] {
		return [];
	}

	protected override startable(): WorkflowRun[] {
		const now = Date.now();
		return this.log.open().filter(({ id, status }) => status === "queued" && (this.#dues.of(id) ?? 0) <= now);
	}

	protected override nextDueAt(): number | undefined {
		return this.#dues.next();
	}

	protected override started({ id }: WorkflowRun): void {
		this.#dues.delete(id);
	}

	protected override stopped({ id }: WorkflowRun): void {
		this.#dues.delete(id);
		this.#executions.delete(id);
	}

	protected override undone(): void {
		this.#dues.forget();
		this.definitions.forget();
	}

	protected override async execute(run: WorkflowRun, signal: AbortSignal): Promise<void> {
		const span = new Span(this.#sink, "run_workflow", {
			traceparent: run.caller.traceparent,
			userId: run.caller.userId,
			attributes: { "agentic_edge.workflow.id": run.input.workflowId ?? "", "agentic_edge.run.id": run.id },
		});
		try {
			let stretch: Stretch;
			do stretch = await this.executionOf(run).drive(signal, span);
			while (stretch === "stale");
			if (stretch === "ended") this.ended(run.id);
			else this.#park(run.id, this.progressOf(run), stretch.dueAt);
		} catch (error) {
			this.#executions.delete(run.id);
			span.fail(asAppError(error)?.code ?? "internal_error");
			throw error;
		} finally {
			span.end();
		}
	}

	protected override async project(runs: WorkflowRun[]): Promise<void> {
		const rows = runs.map((run) => executionRow(run, isTerminal(run.status) ? undefined : this.progressOf(run)));
		await upsertExecutions(openDb(this.env.DB), rows);
		await fireOnEnds({ db: openDb(this.env.DB), triggers: (ownerId) => triggerHome(this.env, ownerId) }, runs);
	}

	/** The execution in memory; read from the log where it is not. */
	protected executionOf(run: WorkflowRun): Execution {
		const known = this.#executions.get(run.id);
		if (known) return known;
		const execution = new Execution(run, this.#replay(run), {
			effects: this.#effects(run),
			record: (events, change) => this.record(run.id, events, change),
			background: (work) => this.ctx.waitUntil(work),
			lost: () => this.#executions.delete(run.id),
		});
		this.#executions.set(run.id, execution);
		return execution;
	}

	protected progressOf(run: WorkflowRun): Progress {
		return isTerminal(run.status) ? this.#replay(run) : this.executionOf(run).progress;
	}

	/** Something has changed for an execution that may only be waiting. */
	protected rouse(id: string): void {
		const run = this.log.find(id);
		if (!run || isTerminal(run.status)) return;
		if (run.status === "running") return this.executionOf(run).wake();
		this.record(id, [], { status: "queued" }, () => this.#dues.delete(id));
		this.drive();
	}

	#replay(run: WorkflowRun): Progress {
		return replay(this.log, run, this.definitions.get(run.input.definitionId));
	}

	#effects(run: WorkflowRun): StepEffects {
		const { env } = this;
		return {
			tools: env.TOOLS as unknown as ToolsClient,
			agents: this.agents,
			children: childWorkflows(run, { db: openDb(env.DB), home: (name) => this.homeNamed(name) }),
			fetch: egressFetch(egressPolicy(env.EGRESS_ALLOW)),
		};
	}

	#park(id: string, progress: Progress, dueAt: number | undefined): void {
		const waits = [...progress.waiting.values()];
		const needsSomebody =
			progress.isPaused || progress.approvals.length > 0 || waits.some((waits) => waits.for === "event");
		const status = needsSomebody ? ("input_required" as const) : ("queued" as const);
		this.record(id, [], { status, attempts: 0 }, () => {
			if (dueAt === undefined) this.#dues.delete(id);
			else this.#dues.set(id, dueAt);
		});
		if (needsSomebody) this.#tellParent(id);
		if (this.#executions.size <= mostParked) return;
		for (const [known] of this.#executions) {
			if (this.log.find(known)?.status !== "running") this.#executions.delete(known);
			if (this.#executions.size <= mostParked) return;
		}
	}

	protected ended(id: string): void {
		this.#executions.delete(id);
		this.#dues.delete(id);
		this.#tellParent(id);
	}

	/** The parent asks by itself, too, but later. */
	#tellParent(id: string): void {
		const run = this.log.find(id);
		const { parent } = run?.input ?? {};
		if (!run || !parent || !isSettled(run.status)) return;
		const told = this.homeNamed(homeOf(parent.executionId)).childEnded(parent.executionId, id);
		this.ctx.waitUntil(told.catch((error: unknown) => console.error("a parent was not told", error)));
	}
}
