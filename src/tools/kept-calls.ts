/**
 * What kept calls do in the object that is home to them. A call may wait: for a person, for room at its tool, for its
 * next attempt; others go on meanwhile. Each attempt is made under the same idempotency key.
 */
import { argumentsHash } from "#core/arguments-hash";
import { type Caller } from "#core/caller";
import { isoTime } from "#core/clock";
import { asAppError } from "#core/errors";
import { inSpan } from "#core/in-span";
import { spanQueueSink } from "#core/span-queue";
import { Span } from "#core/telemetry";
import { RunObject } from "#run/run-object";
import { approvalRequired, CallApprovals, newApproval } from "./call-approvals.ts";
import { callContextOf } from "./call-context.ts";
import { CallRedrives } from "./call-redrives.ts";
import { CallResults } from "./call-results.ts";
import { type CallOptions, callTool } from "./call-tool.ts";
import { CallTurns } from "./call-turns.ts";
import type { CallableTool } from "./callable-tool.ts";
import { executionRow } from "./execution-view.ts";
import { findCallable } from "./find-callable.ts";
import { isDeadLetter, maxCallAttempts, retryDelay } from "./retry-policy.ts";
import { openDb, upsertExecutions } from "./store.ts";
import type { ToolRun } from "./tool-run.ts";

const callsAtOnce = 8;
const dayMs = 86_400_000;
/** How long a call waits for a person. */
const approvalDays = 7;

export class KeptCalls extends RunObject<ToolsEnv, ToolRun> {
	protected readonly approvals = new CallApprovals(this.ctx.storage.sql);
	protected readonly redrives = new CallRedrives(this.ctx.storage.sql);
	readonly #turns = new CallTurns(this.ctx.storage.sql);
	readonly #results = new CallResults(this.ctx.storage.sql, this.env.FILES);

	override async alarm(): Promise<void> {
		this.#expireApprovals();
		await super.alarm();
		await this.#results.deleteBefore(Date.now() - this.retentionDays * dayMs);
	}

	protected override get retentionDays(): number {
		return Number(this.env.RUN_RETENTION_DAYS);
	}

	protected override get maxAttempts(): number {
		return maxCallAttempts;
	}

	protected override startable(): ToolRun[] {
		const free = this.#freePlaces();
		return free > 0 ? this.#turns.ready(this.#queued()).slice(0, free) : [];
	}

	/** Where all places are taken, the end of a call is what others wait for. */
	protected override nextDueAt(): number | undefined {
		const next = this.#freePlaces() > 0 ? this.#turns.next(this.#queued()) : undefined;
		const waiting = this.log.waiting()[0];
		const due = Math.min(next ?? Infinity, waiting ? waiting.startedAt + approvalDays * dayMs : Infinity);
		return due === Infinity ? undefined : due;
	}

	protected override started(run: ToolRun): void {
		this.#turns.begun(run);
	}

	protected override stopped(run: ToolRun): void {
		this.#turns.ended(run.id);
	}

	protected override undone(): void {
		for (const part of [this.#turns, this.approvals, this.redrives, this.#results]) part.forget();
	}

	/** With what else is known of it here. */
	protected override readable(caller: Caller, runId: string): ToolRun {
		return this.#shown(super.readable(caller, runId));
	}

	protected override async execute(run: ToolRun, signal: AbortSignal): Promise<void> {
		const { toolId } = run.input;
		const span = new Span(spanQueueSink("tools", this.env.TELEMETRY, this.ctx), `run_tool ${toolId}`, {
			traceparent: run.caller.traceparent,
			userId: run.caller.userId,
			attributes: { "agentic_edge.tool.id": toolId, "agentic_edge.run.id": run.id },
		});
		await inSpan(span, async () => await this.#call(run, signal, span));
	}

	protected override async project(runs: ToolRun[]): Promise<void> {
		const rows = runs.map((run) => executionRow(this.#shown(run)));
		await upsertExecutions(openDb(this.env.DB), rows);
	}

	/** Nobody decides any more: what would wait for ever is denied. */
	#expireApprovals(): void {
		const error = { code: "approval_denied" as const, message: `Nobody has decided within ${approvalDays} days.` };
		for (const { id, startedAt } of this.log.waiting()) {
			if (startedAt + approvalDays * dayMs > Date.now()) continue;
			this.record(id, [{ type: "run.failed", data: { ...error } }], { status: "failed", error });
		}
	}

	async #call(run: ToolRun, signal: AbortSignal, span: Span): Promise<void> {
		const { toolId, parameters, timeout, seed, callKey = run.id } = run.input;
		let tool: CallableTool | undefined;
		let isAdmitted = false;
		const admitted = () => {
			isAdmitted = true;
			if (this.#turns.room(toolId)) this.drive();
		};
		try {
			const ctx = callContextOf(this.env, run.caller, span);
			tool = await findCallable(ctx, toolId);
			const approvedHash = run.input.approvedHash ?? this.approvals.granted(run.id);
			const asked = tool.requiresApproval ? await argumentsHash(tool, parameters) : undefined;
			// Also where the tool has changed since somebody allowed the call.
			if (asked !== undefined && asked !== approvedHash) return this.askAgain(run, asked);
			const options: CallOptions = { timeout, seed, idempotencyKey: callKey, signal, approvedHash, admitted };
			const { value, logs, error } = await callTool(ctx, tool, parameters, options);
			if (error) throw error;
			const result = await this.#results.keep(run.id, { value, ...(logs && { logs }) });
			const data = { value: result.value, ...(logs && { logs }) };
			this.record(run.id, [{ type: "run.completed", data }], { status: "completed", result });
		} catch (error) {
			if (signal.aborted) throw error;
			const isFull = tool !== undefined && !isAdmitted && asAppError(error)?.code === "rate_limited";
			if (isFull) this.#wait(run, asAppError(error)?.details.retryAfter);
			else if (run.input.once || !this.#tryLater(run.id, tool, error)) throw error;
		} finally {
			if (isAdmitted) this.#turns.room(toolId);
		}
	}

	#queued(): ToolRun[] {
		return this.log.open().filter(({ status }) => status === "queued");
	}

	#freePlaces(): number {
		return callsAtOnce - this.log.open().filter(({ status }) => status === "running").length;
	}

	/** Waits for a person's word, in place of any that was given. */
	protected askAgain({ id, input }: ToolRun, hash: string): void {
		const approval = newApproval(hash);
		this.record(id, [approvalRequired(input, approval)], { status: "input_required" }, () =>
			this.approvals.ask(id, approval),
		);
	}

	/** Until the limits of the tool have room; to have asked was no attempt. `retryAfter`: seconds. */
	#wait({ id, input }: ToolRun, retryAfter = 1): void {
		const dueAt = Date.now() + retryAfter * 1_000;
		this.#turns.full(input.toolId, dueAt);
		const event = { type: "run.waiting", data: { reason: "rate_limited", dueAt: isoTime(dueAt) } };
		this.record(id, [event], { status: "queued", attempts: this.log.get(id).attempts - 1 });
	}

	/** Whether there is another attempt. */
	#tryLater(id: string, tool: CallableTool | undefined, thrown: unknown): boolean {
		const { attempts } = this.log.get(id);
		const delayMs = retryDelay(thrown, tool, attempts);
		if (delayMs === undefined) return false;
		const known = asAppError(thrown);
		if (!known) console.error("a tool call is tried again", id, thrown);
		const error = { code: known?.code ?? "internal_error", message: known?.message ?? "Something went wrong here." };
		const dueAt = Date.now() + delayMs;
		const event = { type: "run.retrying", data: { attempt: attempts + 1, dueAt: isoTime(dueAt), error } };
		this.record(id, [event], { status: "queued" }, () => this.#turns.pause(id, dueAt));
		return true;
	}

	#shown(run: ToolRun): ToolRun {
		if (run.status === "input_required") return { ...run, approval: this.approvals.waiting(run.id) };
		return isDeadLetter(run) ? { ...run, retriedBy: this.redrives.of(run.id) } : run;
	}
}
