/**
 * Tool calls that are kept: what was accepted is made, also after a crash, under the same idempotency key. Each owner
 * has a few such objects, and each makes a few calls at a time.
 */
import type { Caller } from "#core/caller";
import { asAppError } from "#core/errors";
import { spanQueueSink } from "#core/span-queue";
import { Span } from "#core/telemetry";
import { RunObject } from "#run/run-object";
import { callerOfUpgrade } from "#run/upgrade-request";
import { callContextOf } from "./call-context.ts";
import { callTool } from "./call-tool.ts";
import { executionRow } from "./execution-view.ts";
import { findCallable } from "./find-callable.ts";
import { openDb, upsertExecutions } from "./store.ts";
import type { ToolRun, ToolRunInput } from "./tool-run.ts";

const callsAtOnce = 8;

export class ToolRuns extends RunObject<ToolsEnv, ToolRun> {
	/** Records the call; a second time with the same id changes nothing. */
	async start(caller: Caller, id: string, input: ToolRunInput): Promise<ToolRun> {
		const event = { type: "run.queued", data: { toolId: input.toolId } };
		this.begin({ id, caller, status: "queued", input }, [event]);
		return this.readable(caller, id);
	}

	/** `start` and `settled` in one call. */
	async startAndSettle(caller: Caller, id: string, input: ToolRunInput, ms: number): Promise<ToolRun> {
		await this.start(caller, id, input);
		return await this.settled(caller, id, ms);
	}

	override async fetch(request: Request): Promise<Response> {
		return this.acceptRunSocket(callerOfUpgrade(request), request);
	}

	protected override get retentionDays(): number {
		return Number(this.env.RUN_RETENTION_DAYS);
	}

	protected override startable(): ToolRun[] {
		const open = this.log.open();
		const free = callsAtOnce - open.filter(({ status }) => status === "running").length;
		return open.filter(({ status }) => status === "queued").slice(0, Math.max(free, 0));
	}

	protected override async execute(run: ToolRun, signal: AbortSignal): Promise<void> {
		const { toolId, parameters, timeout, approvedHash } = run.input;
		const span = new Span(spanQueueSink("tools", this.env.TELEMETRY, this.ctx), `run_tool ${toolId}`, {
			traceparent: run.caller.traceparent,
			userId: run.caller.userId,
			attributes: { "agentic_edge.tool.id": toolId, "agentic_edge.run.id": run.id },
		});
		try {
			const ctx = callContextOf(this.env, run.caller, span);
			const tool = await findCallable(ctx, toolId);
			const call = await callTool(ctx, tool, parameters, { timeout, idempotencyKey: run.id, signal, approvedHash });
			if (call.error) throw call.error;
			const result = { value: call.value, ...(call.logs && { logs: call.logs }) };
			this.record(run.id, [{ type: "run.completed", data: { ...result } }], { status: "completed", result });
		} catch (error) {
			span.fail(asAppError(error)?.code ?? "internal_error");
			throw error;
		} finally {
			span.end();
		}
	}

	protected override async project(runs: ToolRun[]): Promise<void> {
		await upsertExecutions(openDb(this.env.DB), runs.map(executionRow));
	}
}
