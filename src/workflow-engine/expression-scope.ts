/** What expressions know where they are evaluated. */
import type { Progress } from "./progress.ts";
import type { NodeValue, Scope, Step } from "./step.ts";

export const rootNames = ["input", "variables", "nodes"] as const;
/** Known besides in the body of a loop. */
export const roundNames = ["item", "index", "last"] as const;

export type ExpressionScope = Record<string, unknown>;

export function expressionScope({ plan }: Progress, { scope }: Step, more: ExpressionScope = {}): ExpressionScope {
	const { variables } = plan;
	return { input: plan.input, variables, nodes: valuesIn(scope), ...roundValues(scope), ...more };
}

/** The nodes of the scope, and of those around it. */
function valuesIn({ loop, values }: Scope): Record<string, NodeValue> {
	return loop ? { ...valuesIn(loop.scope), ...values } : values;
}

function roundValues({ loop, index, input, last }: Scope): ExpressionScope | undefined {
	if (!loop) return undefined;
	return { ...roundValues(loop.scope), ...(loop.loop?.items && { item: input }), index, last: last ?? null };
}
