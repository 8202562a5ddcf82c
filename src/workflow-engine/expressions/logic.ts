/** `||` and `&&`. As CEL has it, a side that fails does not matter where the other one decides. */
import type { ASTNode } from "@marcbachmann/cel-js";
import type { WorkBudget } from "#core/work-budget";
import { attempt } from "./evaluation.ts";
import { invalid, kindOf } from "./values.ts";

/** True where that decides (`||`), false where that does (`&&`). */
export function either(
	decisive: boolean,
	[left, right]: readonly [ASTNode, ASTNode],
	run: (node: ASTNode) => unknown,
	budget: WorkBudget,
): boolean {
	const operand = decisive ? "A side of `||`" : "A side of `&&`";
	return decide(decisive, [left, right], (node) => asBool(run(node), operand), budget);
}

/** Whether one of the items gives the decisive value, in which case failures of others do not matter. */
export function decide<T>(
	decisive: boolean,
	items: readonly T[],
	test: (item: T) => boolean,
	budget: WorkBudget,
): boolean {
	let failed: { failure: unknown } | undefined;
	for (const item of items) {
		const result = attempt(budget, () => test(item));
		if ("failure" in result) failed ??= result;
		else if (result.value === decisive) return decisive;
	}
	if (failed) throw failed.failure;
	return !decisive;
}

/** Throws `invalid_input` for anything but true and false; `subject` starts that sentence. */
export function asBool(value: unknown, subject: string): boolean {
	if (typeof value === "boolean") return value;
	throw invalid(`${subject} has to be true or false, but its type is ${kindOf(value)}.`);
}
