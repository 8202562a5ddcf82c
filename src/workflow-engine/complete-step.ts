/** What is recorded of a step that is done: its output, the variables that it sets, and which of its edges are taken. */
import { AppError } from "#core/errors";
import type { NewEvent } from "#run/run-log";
import { expressionScope } from "./expression-scope.ts";
import { holds } from "./expressions/expression.ts";
import { fill } from "./expressions/template.ts";
import { maxOutputLength, maxVariablesLength } from "./limits.ts";
import type { Progress } from "./progress.ts";
import type { Edge } from "./schema.ts";
import type { Step } from "./step.ts";

/** Throws `limit_exceeded` for what is too long, `invalid_input` for an expression that fails. */
export function completeStep(progress: Progress, step: Step, output: unknown = null): NewEvent {
	const { node, isConditional } = step.compiled;
	checkLength(output, maxOutputLength, "output");
	const data: Record<string, unknown> = { node: step.path, type: node.type, output };
	if (node.assign || isConditional) decide(progress, step, data);
	return { type: "node.completed", data };
}

/** An output as far as it may be recorded. */
export function shortened(output: unknown): unknown {
	return (JSON.stringify(output) ?? "").length <= maxOutputLength ? output : undefined;
}

function decide(progress: Progress, step: Step, data: Record<string, unknown>): void {
	const { node, isConditional, outgoing } = step.compiled;
	const { output } = data;
	const { values } = step.scope;
	// Its own conditions may name it.
	values[node.id] = { status: "completed", output };
	try {
		const scope = expressionScope(progress, step, { output });
		if (node.assign) {
			data["variables"] = fill(node.assign, scope);
			checkLength({ ...progress.plan.variables, ...(data["variables"] as object) }, maxVariablesLength, "variables");
		}
		if (isConditional) data["taken"] = takenEdges(node.type === "condition", outgoing, output, scope);
	} catch (error) {
		delete values[node.id];
		throw error;
	}
}

function takenEdges(isDecision: boolean, edges: Edge[], output: unknown, scope: Record<string, unknown>): string[] {
	if (!isDecision) return ids(edges.filter(({ condition }) => condition === undefined || holds(condition, scope)));
	const conditional = edges.filter(({ condition }) => condition !== undefined);
	const others = edges.filter(({ condition }) => condition === undefined);
	if (conditional.length === 0) return output === true ? ids(others) : [];
	const taken = conditional.filter(({ condition }) => isBranch(condition!, output) || isMet(condition!, scope));
	return ids(taken.length > 0 ? taken : others);
}

/** `true`, `false`, or a text that is no expression, name a value of the condition. */
function isBranch(condition: string, output: unknown): boolean {
	return condition === String(output);
}

function isMet(condition: string, scope: Record<string, unknown>): boolean {
	return isExpression(condition) && holds(condition, scope);
}

/** Whether the condition of an edge from a condition is more than the name of a value. */
export function isExpression(condition: string): boolean {
	return !/^[\w -]*$/.test(condition);
}

function ids(edges: Edge[]): string[] {
	return edges.map(({ id }) => id);
}

/** Throws `limit_exceeded` for what has more than `most` characters as JSON. */
export function checkLength(value: unknown, most: number, what: string): void {
	// Most are short, and a short text is shorter still as JSON than the limit.
	if (value === null || typeof value === "boolean" || typeof value === "number") return;
	if (JSON.stringify(value).length <= most) return;
	throw new AppError("limit_exceeded", `The ${what} would be longer than ${most} characters.`);
}
