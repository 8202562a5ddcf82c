/** What the evaluation of one expression shares among its parts. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { asAppError } from "#core/errors";
import { workBudget, type WorkBudget } from "#core/work-budget";

/** The names in reach: the innermost variable first, the scope of the workflow last. */
export interface Bindings {
	lookUp(name: string): unknown;
}

export interface Evaluation {
	budget: WorkBudget;
	run(node: ASTNode, bindings: Bindings): unknown;
}

const limits = { steps: 500_000, work: 20_000_000, size: 1_000_000 };
/** An error costs far more time than a step does. */
const workOfError = 2_000;

/** For one expression, or for all of a template. */
export function expressionBudget(): WorkBudget {
	return workBudget("expression", limits);
}

/** Undefined for what is not there. */
export function scopeBindings(scope: Record<string, unknown>): Bindings {
	return { lookUp: (name) => (Object.hasOwn(scope, name) ? scope[name] : undefined) };
}

export function withVariable(outer: Bindings, name: string, value: unknown): Bindings {
	return { lookUp: (sought) => (sought === name ? value : outer.lookUp(sought)) };
}

/** The value, or the failure of the expression; a used up budget, or what is no failure of it, is thrown on. */
export function attempt(budget: WorkBudget, calculate: () => unknown): { value: unknown } | { failure: unknown } {
	try {
		return { value: calculate() };
	} catch (failure) {
		if (asAppError(failure)?.code !== "invalid_input") throw failure;
		budget.charge(workOfError);
		return { failure };
	}
}
