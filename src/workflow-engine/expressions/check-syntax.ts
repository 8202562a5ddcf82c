/** What is wrong with an expression whatever its values are, and which names it takes from its scope. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { isComprehension } from "./comprehension.ts";
import { type CallStyle, hasFunction } from "./functions.ts";
import { isLazyMethod } from "./optional-functions.ts";
import { checkedInt, invalid } from "./values.ts";

export interface Name {
	name: string;
	/** From 1, in characters. */
	position: number;
}

/** Deeper trees could exhaust the stack. */
const maximumDepth = 500;

/** Throws `invalid_input` with the place. */
export function checkSyntax(tree: ASTNode): Name[] {
	const names = new Map<string, Name>();

	function check(node: ASTNode, bound: readonly string[], depth = 0): void {
		if (depth > maximumDepth) throw wrong("The expression is nested too deeply", node);
		const checkAll = (nodes: readonly ASTNode[], inside = bound) => {
			for (const child of nodes) check(child, inside, depth + 1);
		};
		switch (node.op) {
			case "value":
				return checkLiteral(node, node.args);
			case "id":
				if (!bound.includes(node.args) && !names.has(node.args)) {
					names.set(node.args, { name: node.args, position: node.pos + 1 });
				}
				return;
			case ".":
			case ".?":
				return check(node.args[0], bound, depth + 1);
			case "!_":
			case "-_":
				return check(node.args, bound, depth + 1);
			case "map":
				return checkAll(node.args.flat());
			case "call":
				if (node.args[0] === "has") checkHas(node, node.args[1]);
				else checkFunction(node, "call", node.args[0], node.args[1].length);
				return checkAll(node.args[1]);
			case "rcall":
				return checkMethod(node, node.args, checkAll, bound);
			default:
				return checkAll(node.args);
		}
	}

	check(tree, []);
	return [...names.values()];
}

/** `checkAll` checks nodes with the variables given, or else with those of the call. */
function checkMethod(
	node: ASTNode,
	[name, receiver, args]: [string, ASTNode, ASTNode[]],
	checkAll: (nodes: readonly ASTNode[], bound?: readonly string[]) => void,
	bound: readonly string[],
): void {
	const namespace = receiver.op === "id" ? receiver.args : undefined;
	if (namespace === "optional") {
		checkFunction(node, "optional", name, args.length);
		return checkAll(args);
	}
	if (namespace === "cel") {
		if (name !== "bind" || args.length !== 3)
			throw wrong(`There is no function cel.${name}() of ${count(args.length)}`, node);
		checkAll(args.slice(1, 2));
		return checkAll(args.slice(2), [...bound, variableOf(name, args, node)]);
	}
	checkAll([receiver]);
	if (isComprehension(name, args.length)) return checkAll(args.slice(1), [...bound, variableOf(name, args, node)]);
	if (!isLazyMethod(name, args.length)) checkFunction(node, "method", name, args.length);
	checkAll(args);
}

function variableOf(name: string, [variable]: readonly ASTNode[], node: ASTNode): string {
	if (variable?.op !== "id") throw wrong(`${name}() takes the name of a variable first`, variable ?? node);
	return variable.args;
}

function checkLiteral(node: ASTNode, value: unknown): void {
	if (value instanceof Uint8Array) throw wrong("Bytes are not offered", node);
	if (typeof value === "bigint") checkedInt(value);
	else if (typeof value === "object" && value !== null) throw wrong("Unsigned numbers are not offered", node);
}

function checkHas(node: ASTNode, args: readonly ASTNode[]): void {
	if (args.length !== 1 || args[0]?.op !== ".") throw wrong("has() takes one field, as in has(input.name)", node);
}

function checkFunction(node: ASTNode, style: CallStyle, name: string, arity: number): void {
	if (name === "matches") {
		throw wrong("Regular expressions are not offered; use contains(), startsWith() or endsWith()", node);
	}
	if (hasFunction(style, name, arity)) return;
	const written = { call: `${name}()`, method: `x.${name}()`, optional: `optional.${name}()` }[style];
	throw wrong(`There is no function ${written} of ${count(arity)}`, node);
}

function count(arity: number): string {
	return arity === 1 ? "1 argument" : `${arity} arguments`;
}

function wrong(message: string, node: ASTNode): Error {
	return invalid(`${message} (at character ${node.pos + 1}).`);
}
