/** The row that lists an execution. */
import { listedRun } from "#run/listed-run";
import { currentNode, executionStatus } from "./execution-view.ts";
import type { Progress } from "./progress.ts";
import type { ExecutionRow } from "./store.ts";
import { nodeStatesOf } from "./workflow-result.ts";
import type { WorkflowRun } from "./workflow-run.ts";

/** Longer ones are not listed. */
const maxListedLength = 4_000;

export function executionRow(run: WorkflowRun, progress: Progress | undefined): ExecutionRow {
	const { workflowId = null, version = null, input, trigger = null, source = null, parent = null } = run.input;
	const states = run.result?.nodeStates ?? (progress ? nodeStatesOf(progress) : {});
	const times = Object.entries(states).flatMap(([id, { executionTime }]) =>
		executionTime === undefined ? [] : [[id, executionTime]],
	);
	return {
		...listedRun(run),
		...{ workflowId, version, trigger, source, parent },
		...{ input: listed(input) as ExecutionRow["input"], output: listed(run.result?.output ?? null) },
		state: executionStatus(run, progress),
		currentNode: progress ? (currentNode(progress) ?? null) : null,
		nodeTimes: Object.fromEntries(times.slice(0, 500)),
	};
}

function listed(value: unknown): unknown {
	return JSON.stringify(value).length <= maxListedLength ? value : { omitted: "It is shown with the execution." };
}
