/** Evaluates a JSONata expression within bounds. */
import jsonata from "jsonata";
import type { z } from "zod";
import { AppError } from "./errors.ts";
import type { JsonValue } from "./json-value.ts";
import { assignFunctions } from "./query-functions.ts";
import { workBudget } from "./work-budget.ts";

/** In milliseconds; where the clock runs, this ends a query before its budget does. */
const timeout = 1_000;
const stack = 20_000;
const sequence = 50_000;
const limits = { steps: 300_000, work: 20_000_000, size: 1_000_000 };

/** A node of the parsed expression, as far as we look. */
interface Node {
	type: string;
	signature?: unknown;
	lhs?: object;
	rhs?: object;
}

/** What JSONata throws: plain objects with a code of its catalogue. */
interface QueryError {
	code?: string;
	message?: string;
	position?: number;
}

const limitCodes = new Set(["D1011", "D1012", "D2014", "D2015"]);

/**
 * JSON, or undefined where nothing matches. Throws `invalid_input` for a query that is wrong or fails, `limit_exceeded`
 * for one that takes too much.
 */
export async function runQuery(
	expression: string,
	value: unknown,
	now: Date,
): Promise<z.infer<typeof JsonValue> | undefined> {
	try {
		const query = jsonata(expression, { timeout, stack, sequence });
		await assignFunctions(query, watch(query), now);
		const result = JSON.stringify(await query.evaluate(value), withoutFunctions);
		// Functions are no JSON either.
		return result === undefined ? undefined : JSON.parse(result);
	} catch (cause) {
		throw readable(cause);
	}
}

/** Throws `invalid_input` with the place for a query that does not parse or uses what is not offered. */
export function checkQuery(expression: string): void {
	try {
		for (const node of nodesOf(jsonata(expression).ast())) refuse(node);
	} catch (cause) {
		throw readable(cause);
	}
}

/** Of a syntax tree, whose parts may refer to each other. */
function nodesOf(tree: object): Set<Node> {
	const nodes = new Set<object>([tree]);
	for (const node of nodes) {
		// A set also goes over what is added on the way.
		for (const child of Object.values(node)) if (typeof child === "object" && child !== null) nodes.add(child);
	}
	return nodes as Set<Node>;
}

/** JSONata keeps them as objects. */
function isFunction(value: object): boolean {
	return "_jsonata_lambda" in value || "_jsonata_function" in value;
}

function withoutFunctions(_: string, value: unknown): unknown {
	return typeof value === "object" && value !== null && isFunction(value) ? undefined : value;
}

/** Hooks that JSONata calls before and after every node. */
function watch(query: jsonata.Expression) {
	const budget = workBudget("query", limits, isFunction);
	/** Both sides of `=`, `in`, `&` and the like are looked through entirely. */
	const operands = new WeakSet<object>();
	const assign = query.assign as unknown as (name: symbol, hook: Function) => void;
	assign(Symbol.for("jsonata.__evaluate_entry"), (node: Node) => {
		budget.step();
		refuse(node);
		if (node.type !== "binary") return;
		for (const side of [node.lhs, node.rhs]) if (side) operands.add(side);
	});
	assign(Symbol.for("jsonata.__evaluate_exit"), (node: Node, _input: unknown, _frame: unknown, result: unknown) => {
		const size = budget.sizeOf(result);
		if (operands.has(node)) budget.charge(size);
	});
	return budget;
}

function refuse({ type, signature }: Node): void {
	// It changes values whose sizes are known.
	if (type === "transform") throw new AppError("invalid_input", "Transforms (`| … | … |`) are not offered.");
	// One can keep a Worker busy for good, and nothing can stop it.
	if (type === "regex") {
		throw new AppError("invalid_input", "Regular expressions are not offered; use $contains or $split with a text.");
	}
	// It becomes a regular expression.
	if (type === "lambda" && signature) throw new AppError("invalid_input", "Signatures of functions are not offered.");
}

function readable(cause: unknown): AppError {
	if (cause instanceof AppError) return cause;
	if (cause instanceof RangeError) return new AppError("limit_exceeded", "The query becomes too large.", { cause });
	const { code, message, position } = (cause ?? {}) as QueryError;
	if (code && limitCodes.has(code)) return new AppError("limit_exceeded", text(message), { cause });
	const place = position === undefined ? "" : ` (at character ${position})`;
	return new AppError("invalid_input", `${text(message)}${place}`, { cause });
}

function text(message: string | undefined): string {
	return (message ?? "The query failed.").slice(0, 500);
}
