/** A kept call as the API shows it: from its run, or from the row that lists it. */
import { endOf, listedRun } from "#run/listed-run";
import type { JsonSchema, ToolExecution } from "./schema.ts";
import { isDeadLetter } from "./retry-policy.ts";
import type { ExecutionRow, ListedExecution } from "./store.ts";
import type { ToolRun } from "./tool-run.ts";

export function executionOf(run: ToolRun): ToolExecution {
	return { ...executionView({ ...executionRow(run), retriedBy: run.retriedBy ?? null }), lastSeq: run.lastSeq };
}

export function executionView(row: ListedExecution): ToolExecution {
	const { id, toolId, status, input, output, traceId, startTime } = row;
	const { approval, deadLetter, retryOf, retriedBy } = row;
	return {
		...{ id, toolId, status, input, traceId, startTime },
		...(output && { output: output.value as JsonSchema, ...(output.logs && { logs: output.logs }) }),
		...endOf(row),
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
		...listedRun(run),
		...{ toolId, retryOf, input: parameters as JsonSchema },
		...{ output: run.result ?? null, approval: run.approval ?? null, deadLetter: isDeadLetter(run) },
	};
}
