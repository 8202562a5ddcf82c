/** An execution as the API shows it: from its run, or from the row that lists it. */
import { endOf, listedRun } from "#run/listed-run";
import type { Execution } from "./schema.ts";
import type { ExecutionRow } from "./store.ts";
import type { TurnRun } from "./turn.ts";

export function executionOf(run: TurnRun): Execution {
	return { ...executionView(executionRow(run)), lastSeq: run.lastSeq };
}

export function executionView(row: ExecutionRow): Execution {
	const { id, agentId, sessionId, status, input, output, traceId, startTime } = row;
	return {
		...{ id, agentId, sessionId, status, input, traceId, startTime },
		...(output && { output, usage: output.usage }),
		...endOf(row),
	};
}

/** The row that lists the run. */
export function executionRow(run: TurnRun): ExecutionRow {
	const { agentId, sessionId, message, context, metadata } = run.input;
	return {
		...listedRun(run),
		...{ agentId, sessionId, output: run.result ?? null },
		input: { message, ...(context !== undefined && { context }), ...(metadata && { metadata }) },
	};
}
