/** An execution as lists show it. */
import { endOf } from "#run/listed-run";
import type { ExecutionSummary } from "./execution-schema.ts";
import type { ExecutionRow } from "./store.ts";

export function executionSummary(row: ExecutionRow): ExecutionSummary {
	const { id, workflowId, version, state, currentNode, input, output, trigger, parent, source, traceId, startTime } =
		row;
	return {
		executionId: id,
		...(workflowId !== null && { workflowId }),
		...(version !== null && { version }),
		status: state,
		...(currentNode !== null && { currentNode }),
		input: input as ExecutionSummary["input"],
		...(state === "completed" && { output: output as ExecutionSummary["output"] }),
		...(trigger && { trigger }),
		...(parent && { parent }),
		...(source && { source }),
		...{ traceId, startTime },
		...endOf(row),
	};
}
