/** An execution as the API shows it. */
import { isoTime } from "#core/clock";
import { traceIdOf } from "#run/listed-run";
import { isTerminal } from "#run/run";
import type { ExecutionStatus, WorkflowExecution } from "./execution-schema.ts";
import type { Progress } from "./progress.ts";
import { nodeStatesOf, shownStates } from "./workflow-result.ts";
import type { WorkflowRun } from "./workflow-run.ts";

/** `progress` of one that has not ended, or whose states are not all in its row. */
export function executionView(run: WorkflowRun, progress: Progress | undefined): WorkflowExecution {
	const { id, input, result, error, startedAt, endedAt, lastSeq, caller, status } = run;
	const { workflowId, version, trigger, parent, source } = input;
	const current = progress && !isTerminal(status) ? currentNode(progress) : undefined;
	const approvals = isTerminal(status) ? [] : (progress?.approvals ?? []);
	return {
		executionId: id,
		...(workflowId !== undefined && { workflowId }),
		...(version !== undefined && { version }),
		status: executionStatus(run, progress),
		...(current !== undefined && { currentNode: current }),
		nodeStates: progress ? shownStates(nodeStatesOf(progress)) : (result?.nodeStates ?? {}),
		variables: (result?.variables ?? progress?.plan.variables ?? {}) as WorkflowExecution["variables"],
		input: input.input as WorkflowExecution["input"],
		...(status === "completed" && { output: (result?.output ?? null) as WorkflowExecution["output"] }),
		...(error && { error }),
		...(approvals.length > 0 && { approvals }),
		...(trigger && { trigger }),
		...(parent && { parent }),
		...(source && { source }),
		traceId: traceIdOf(caller),
		startTime: isoTime(startedAt),
		...(endedAt !== undefined && { endTime: isoTime(endedAt), duration: endedAt - startedAt }),
		lastSeq,
	};
}

export function executionStatus(
	{ status }: Pick<WorkflowRun, "status">,
	progress: Progress | undefined,
): ExecutionStatus {
	if (isTerminal(status)) return status as ExecutionStatus;
	if (progress?.isPaused) return "paused";
	// What waits for a short time only stays at work.
	return status === "running" && !progress?.isWaiting ? "running" : "waiting";
}

/** The first that works, or else waits. */
export function currentNode({ plan, waiting }: Progress): string | undefined {
	const steps = [...plan.root.steps.values()];
	const working = steps.find(({ status }) => status === "running" || status === "ready");
	return (working ?? steps.find(({ path }) => waiting.has(path)))?.path;
}
