/**
 * Walks the syntax tree of a CEL expression. The library that parses it has an evaluator as well, but nothing can stop
 * that one, and it refuses `2 * 2.5`, comparisons of a text with null and much else that JSON makes common.
 */
import type { ASTNode } from "@marcbachmann/cel-js";
import type { WorkBudget } from "#core/work-budget";
import { comprehend, isComprehension } from "./comprehension.ts";
import { type Bindings, type Evaluation, scopeBindings, withVariable } from "./evaluation.ts";
import { fieldOf, itemOf, optionalField } from "./fields.ts";
import { callFunction } from "./functions.ts";
import { asBool, either } from "./logic.ts";
import { calculate, negate } from "./operators.ts";
import { isLazyMethod, orElse } from "./optional-functions.ts";
import { invalid, kindOf } from "./values.ts";

/** Values are those of `values.ts`. Throws `invalid_input` where the expression fails, `limit_exceeded` where it takes too much. */
export function interpret(tree: ASTNode, scope: Record<string, unknown>, budget: WorkBudget): unknown {
	const evaluation: Evaluation = { budget, run: (node, bindings) => evaluateNode(node, bindings, evaluation) };
	return evaluation.run(tree, scopeBindings(scope));
}

function evaluateNode(node: ASTNode, bindings: Bindings, evaluation: Evaluation): unknown {
	const { budget } = evaluation;
	const run = (child: ASTNode) => evaluation.run(child, bindings);
	budget.step();
	switch (node.op) {
		case "value":
			return node.args;
		case "id":
			return named(node.args, bindings);
		case ".":
			return fieldOf(run(node.args[0]), node.args[1]);
		case ".?":
			return optionalField(run(node.args[0]), node.args[1]);
		case "[]":
			return itemOf(run(node.args[0]), run(node.args[1]));
		case "[?]":
			return optionalField(run(node.args[0]), run(node.args[1]));
		case "list":
			return measured(node.args.map(run), budget);
		case "map":
			return mapOf(node.args, run, budget);
		case "?:":
			return run(asBool(run(node.args[0]), "The condition before `?`") ? node.args[1] : node.args[2]);
		case "||":
			return either(true, node.args, run, budget);
		case "&&":
			return either(false, node.args, run, budget);
		case "!_":
			return !asBool(run(node.args), "What `!` negates");
		case "-_":
			return negate(run(node.args));
		case "call":
			if (node.args[0] === "has") return has(node.args[1][0], run);
			return callFunction("call", node.args[0], node.args[1].map(run), budget);
		case "rcall":
			return callMethod(node.args, bindings, evaluation);
		default:
			return calculate(node.op, run(node.args[0]), run(node.args[1]), budget);
	}
}

function named(name: string, bindings: Bindings): unknown {
	const value = bindings.lookUp(name);
	if (value === undefined) throw invalid(`There is no value named ${name}.`);
	return value;
}

function callMethod(
	[name, receiver, args]: [string, ASTNode, ASTNode[]],
	bindings: Bindings,
	evaluation: Evaluation,
): unknown {
	const run = (child: ASTNode) => evaluation.run(child, bindings);
	const namespace = receiver.op === "id" ? receiver.args : undefined;
	if (namespace === "optional") return callFunction("optional", name, args.map(run), evaluation.budget);
	if (namespace === "cel") return bind(args, bindings, evaluation);
	const subject = run(receiver);
	const [first] = args;
	if (first && isLazyMethod(name, args.length)) return orElse(name, subject, () => run(first));
	if (isComprehension(name, args.length)) return comprehend(name, subject, args, bindings, evaluation);
	return callFunction("method", name, [subject, ...args.map(run)], evaluation.budget);
}

/** `cel.bind(variable, value, expression)`. */
function bind([variable, value, body]: readonly ASTNode[], bindings: Bindings, evaluation: Evaluation): unknown {
	if (variable?.op !== "id" || !value || !body)
		throw invalid("cel.bind() takes a variable, its value and an expression.");
	return evaluation.run(body, withVariable(bindings, variable.args, evaluation.run(value, bindings)));
}

function has(field: ASTNode | undefined, run: (node: ASTNode) => unknown): boolean {
	if (field?.op !== ".") throw invalid("has() takes one field, as in has(input.name).");
	return optionalField(run(field.args[0]), field.args[1]).value !== undefined;
}

function mapOf(entries: readonly [ASTNode, ASTNode][], run: (node: ASTNode) => unknown, budget: WorkBudget): unknown {
	const map = new Map<string, unknown>();
	for (const [keyNode, valueNode] of entries) {
		const key = run(keyNode);
		if (typeof key !== "string")
			throw invalid(`The keys of a map are texts, as in JSON, not of the type ${kindOf(key)}.`);
		if (map.has(key)) throw invalid(`The key ${JSON.stringify(key)} stands twice in a map.`);
		map.set(key, run(valueNode));
	}
	return measured(Object.fromEntries(map), budget);
}

function measured(value: object, budget: WorkBudget): object {
	budget.sizeOf(value);
	return value;
}
