/** What is kept of an execution that has ended, and shown of one that goes on. */
import type { NodeState } from "./execution-schema.ts";
import { maxShownLength, maxStatesLength } from "./limits.ts";
import type { Progress } from "./progress.ts";
import type { Step, StepStatus } from "./step.ts";
import type { WorkflowResult } from "./workflow-run.ts";

type Json = NodeState["output"];

/** For the row of the run: what is too long for it is left out. */
export function workflowResult(progress: Progress): WorkflowResult {
	const { variables, outcome } = progress.plan;
	const output = outcome && "output" in outcome ? outcome.output : null;
	const nodeStates = nodeStatesOf(progress);
	const whole = { output, variables, nodeStates };
	if (JSON.stringify(nodeStates).length <= maxStatesLength) return whole;
	return { ...whole, nodeStates: Object.fromEntries(Object.entries(nodeStates).map(withoutValues)), isPartial: true };
}

/** The states with as many of their values as may be shown together. */
export function shownStates(states: Record<string, NodeState>): Record<string, NodeState> {
	let length = 0;
	const shown = Object.entries(states).map((entry): [string, NodeState] => {
		length += JSON.stringify(entry).length;
		return length <= maxShownLength ? entry : withoutValues(entry);
	});
	return Object.fromEntries(shown);
}

function withoutValues([id, state]: [string, NodeState]): [string, NodeState] {
	const { input, output, ...rest } = state;
	return [id, { ...rest, ...((input !== undefined || output !== undefined) && { isPartial: true as const }) }];
}

/** Of the workflow's own nodes. */
export function nodeStatesOf(progress: Progress): Record<string, NodeState> {
	const { root } = progress.plan;
	const hasEnded = progress.ending !== undefined || progress.plan.outcome !== undefined;
	const states = [...root.graph.nodes.keys()].map((id) => [id, stateOf(root.steps.get(id), progress, hasEnded)]);
	return Object.fromEntries(states);
}

function stateOf(step: Step | undefined, progress: Progress, hasEnded: boolean): NodeState {
	if (!step) return { status: hasEnded ? "skipped" : "pending", retryCount: 0 };
	const { output, error, startedAt, endedAt, attempt, loop, input } = step;
	const waiting = progress.waiting.get(step.path);
	return {
		status: shownStatus(step.status, hasEnded),
		...(input !== undefined && { input: shownInput(input) }),
		...(output !== undefined && { output: output as Json }),
		...(error && step.status !== "completed" && { error: error.message, errorCode: error.code }),
		...(startedAt !== undefined && endedAt !== undefined && { executionTime: endedAt - startedAt }),
		retryCount: Math.max(attempt - 1, 0),
		...(loop && { iterations: loop.next }),
		...(waiting && !hasEnded && { waitingFor: waiting }),
	};
}

function shownStatus(status: StepStatus, hasEnded: boolean): NodeState["status"] {
	if (status === "completed" || status === "failed" || status === "skipped") return status;
	if (hasEnded) return "skipped";
	return status === "ready" ? "pending" : status;
}

function shownInput(input: unknown): Json {
	const { type: _, ...shown } = input as { type: string };
	return shown;
}
