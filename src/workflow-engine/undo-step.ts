/** Calls the tool that undoes what a step has done. */
import type { Caller } from "#core/caller";
import { asAppError } from "#core/errors";
import { inSpan } from "#core/in-span";
import type { Span } from "#core/telemetry";
import type { ToolsClient } from "#tools/client";
import { expressionScope } from "./expression-scope.ts";
import { fill } from "./expressions/template.ts";
import type { Progress } from "./progress.ts";
import { isAnotherCall } from "./retry-delay.ts";
import type { Step } from "./step.ts";
import { stepKey } from "./step-calls.ts";
import { spanAttributes } from "./step-span.ts";
import type { WorkflowRun } from "./workflow-run.ts";

const maxAttempts = 4;

/** What the tool gave. Throws what it failed with the last time. */
export async function undoStep(
	tools: ToolsClient,
	{ id, caller }: Pick<WorkflowRun, "id" | "caller">,
	progress: Progress,
	step: Step,
	parent: Span,
): Promise<unknown> {
	const { toolId, parameters } = step.compiled.node.compensation!;
	const span = parent.child(`undo ${step.compiled.node.type}`, { attributes: spanAttributes(step) });
	const asUndoing: Caller = { ...caller, traceparent: span.traceparent };
	return await inSpan(span, async () => {
		const filled = fill(parameters, expressionScope(progress, step, { output: step.output ?? null }));
		for (let attempt = 1, calls = 0; ; attempt++) {
			try {
				const idempotencyKey = `${stepKey(id, step)}#undo${calls > 0 ? calls : ""}`;
				return (await tools.call({ ...asUndoing, idempotencyKey }, toolId, filled)).value;
			} catch (error) {
				if (attempt === maxAttempts || asAppError(error)?.code === "invalid_input") throw error;
				if (isAnotherCall("tool", error)) calls++;
				await scheduler.wait(250 * 2 ** attempt);
			}
		}
	});
}
