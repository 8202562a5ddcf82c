/** A kept call as the API shows it: from its run, or from the row that lists it. */
import { isoTime } from "#core/clock";
import { parseTraceparent } from "#core/trace-context";
import type { JsonSchema, ToolExecution } from "./schema.ts";
import { isDeadLetter } from "./retry-policy.ts";
import type { ExecutionRow, ListedExecution } from "./store.ts";
import type { ToolRun } from "./tool-run.ts";

export function executionOf(run: ToolRun): ToolExecution {
	return { ...executionView({ ...executionRow(run), retriedBy: run.retriedBy ?? null }), lastSeq: run.lastSeq };
}

export function executionView(row: ListedExecution): ToolExecution {
	const { id, toolId, status, input, output, error, traceId, startTime, endTime, duration } = row;
	const { approval, deadLetter, retryOf, retriedBy } = row;
	return {
		...{ id, toolId, status, input, traceId, startTime },
		...(output && { output: output.value as JsonSchema, ...(output.logs && { logs: output.logs }) }),
		...(error && { error }),
		...(endTime !== null && { endTime }),
		...(duration !== null && { duration }),
		...(approval && { approval }),
		...(deadLetter && { deadLetter: retriedBy === null }),
		...(retryOf !== null && { retryOf }),
		...(retriedBy !== null && { retriedBy }),
	};
}

/** The row that lists the run. */
export function executionRow(run: ToolRun): ExecutionRow {
	const { toolId, parameters, retryOf = null } = run.input;
	return {
		id: run.id,
		toolId,
		ownerId: run.caller.userId,
		input: parameters as JsonSchema,
		output: run.result ?? null,
		status: run.status,
		error: run.error ?? null,
		traceId: parseTraceparent(run.caller.traceparent)?.traceId ?? "",
		startTime: isoTime(run.startedAt),
		endTime: run.endedAt === undefined ? null : isoTime(run.endedAt),
		duration: run.endedAt === undefined ? null : run.endedAt - run.startedAt,
		revision: run.revision,
		approval: run.approval ?? null,
		deadLetter: isDeadLetter(run),
		retryOf,
	};
}
