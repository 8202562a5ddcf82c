/** `all`, `exists`, `exists_one`, `map` and `filter`: an expression for each item of a list, or each key of a map. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { type Bindings, type Evaluation, withVariable } from "./evaluation.ts";
import { asBool, decide } from "./logic.ts";
import { invalid, isMap, kindOf } from "./values.ts";

const comprehensions = new Set(["all/2", "exists/2", "exists_one/2", "map/2", "map/3", "filter/2"]);

export function isComprehension(name: string, arity: number): boolean {
	return comprehensions.has(`${name}/${arity}`);
}

/** `args` are the variable, the expression and, for `map`, in between a filter. */
export function comprehend(
	name: string,
	subject: unknown,
	args: readonly ASTNode[],
	bindings: Bindings,
	{ budget, run }: Evaluation,
): unknown {
	const items = itemsOf(subject, name);
	const [variable, first, second] = args;
	if (variable?.op !== "id" || !first) throw invalid(`${name}() takes the name of a variable first.`);
	const apply = (node: ASTNode, item: unknown) => run(node, withVariable(bindings, variable.args, item));
	const test = (item: unknown) => asBool(apply(first, item), `The condition of ${name}()`);
	budget.charge(items.length);
	switch (name) {
		case "all":
			return decide(false, items, test, budget);
		case "exists":
			return decide(true, items, test, budget);
		case "exists_one":
			return items.filter(test).length === 1;
		case "filter":
			return items.filter(test);
		default:
			return second
				? measured(items.filter(test).map((item) => apply(second, item)))
				: measured(items.map((item) => apply(first, item)));
	}

	function measured(list: unknown[]): unknown[] {
		budget.sizeOf(list);
		return list;
	}
}

function itemsOf(subject: unknown, name: string): readonly unknown[] {
	if (Array.isArray(subject)) return subject;
	if (isMap(subject)) return Object.keys(subject);
	throw invalid(`${name}() goes over a list or a map, not over a value of the type ${kindOf(subject)}.`);
}
