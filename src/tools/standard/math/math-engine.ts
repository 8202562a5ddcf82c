/**
 * mathjs for expressions of strangers: only listed functions are there, no methods, no functions of one's own, and
 * every call is counted. Time is no measure: a Worker's clock stands still while it calculates.
 */
import { create, eDependencies, iDependencies, parseDependencies, phiDependencies, piDependencies } from "mathjs";
import type { FactoryFunctionMap, MathNode, MathJsInstance } from "mathjs";
import { AppError } from "#core/errors";
import { costOf } from "./math-cost.ts";
import { mathFunctions, mathTransforms } from "./math-functions.ts";

const maximumCost = 5_000_000;
const constants = ["e", "pi", "phi", "i", "true", "false"];

interface Engine {
	math: MathJsInstance;
	functions: ReadonlySet<string>;
}

let engine: Engine | undefined;
/** Of the evaluation that runs; it is synchronous, so there is but one. */
let spent = 0;

/** Made when first needed: most calls never calculate. */
export function mathEngine(): Engine {
	engine ??= createEngine();
	return engine;
}

/** Throws an AppError where the expression is wrong or too much work. */
export function evaluateBounded(node: MathNode, scope: Map<string, unknown>): unknown {
	spent = 0;
	return inMath(() => node.evaluate(scope));
}

/** mathjs throws what people can read: its message is the answer. */
export function inMath<Result>(calculate: () => Result): Result {
	try {
		return calculate();
	} catch (cause) {
		if (cause instanceof AppError) throw cause;
		if (cause instanceof RangeError) throw new AppError("invalid_input", "It is nested too deeply.", { cause });
		const message = cause instanceof Error ? cause.message : "It cannot be calculated.";
		throw new AppError("invalid_input", message.slice(0, 500), { cause });
	}
}

function createEngine(): Engine {
	const math = create({
		...mathFunctions,
		...mathTransforms,
		...{ parseDependencies, eDependencies, iDependencies, phiDependencies, piDependencies },
	} as unknown as FactoryFunctionMap);
	const functions = new Set(Object.keys(mathFunctions).map((key) => key.slice(0, -"Dependencies".length)));
	limitNamespace(math, functions);
	return { math, functions };
}

/** This is the object in which mathjs looks up every name of an expression, operators too. */
function limitNamespace(math: MathJsInstance, functions: ReadonlySet<string>): void {
	const { mathWithTransform: names } = math.expression as unknown as { mathWithTransform: Record<string, unknown> };
	const settings = { matrix: "Matrix" };
	for (const name of Object.keys(names)) {
		const value = functions.has(name) || constants.includes(name) ? names[name] : undefined;
		delete names[name];
		if (value !== undefined) names[name] = typeof value === "function" ? counted(name, value) : value;
	}
	names["config"] = settings;
}

function counted(name: string, call: Function): (...args: unknown[]) => unknown {
	return (...args) => {
		spent += costOf(name, args);
		// Not `spent > maximumCost`: NaN has to fail too.
		if (!(spent <= maximumCost)) throw new AppError("limit_exceeded", "The expression takes too much work.");
		return call(...args);
	};
}
