/** An execution as the API shows it: from its run, or from the row that lists it. */
import { isoTime } from "#core/clock";
import { parseTraceparent } from "#core/trace-context";
import type { Execution } from "./schema.ts";
import type { ExecutionRow } from "./store.ts";
import type { TurnRun } from "./turn.ts";

export function executionOf(run: TurnRun): Execution {
	return { ...executionView(executionRow(run)), lastSeq: run.lastSeq };
}

export function executionView(row: ExecutionRow): Execution {
	const { id, agentId, sessionId, status, input, output, error, traceId, startTime, endTime, duration } = row;
	return {
		...{ id, agentId, sessionId, status, input, traceId, startTime },
		...(output && { output, usage: output.usage }),
		...(error && { error }),
		...(endTime !== null && { endTime }),
		...(duration !== null && { duration }),
	};
}

/** The row that lists the run. */
export function executionRow(run: TurnRun): ExecutionRow {
	const { agentId, sessionId, message, context, metadata } = run.input;
	return {
		id: run.id,
		agentId,
		ownerId: run.caller.userId,
		sessionId,
		input: { message, ...(context !== undefined && { context }), ...(metadata && { metadata }) },
		output: run.result ?? null,
		status: run.status,
		error: run.error ?? null,
		traceId: parseTraceparent(run.caller.traceparent)?.traceId ?? "",
		startTime: isoTime(run.startedAt),
		endTime: run.endedAt === undefined ? null : isoTime(run.endedAt),
		duration: run.endedAt === undefined ? null : run.endedAt - run.startedAt,
		revision: run.revision,
	};
}
