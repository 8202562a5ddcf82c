/** JSONata's own functions, each call paid for beforehand; what could not be bounded is not there. */
import jsonata from "jsonata";
import { AppError } from "./errors.ts";
import { searchWork, type WorkBudget } from "./work-budget.ts";

/** As JSONata keeps a built-in function; its name stands for it in an expression. */
interface BuiltIn {
	implementation: Function;
	signature?: unknown;
}

/** They look at the items of a list, but not into them. */
const shallow = [
	...["sum", "count", "max", "min", "average", "map", "filter", "single", "reduce", "append", "exists", "reverse"],
	...["type", "join", "boolean", "not", "shuffle", "lookup"],
];

const others = [
	...["string", "substring", "substringBefore", "substringAfter", "lowercase", "uppercase", "length", "trim", "pad"],
	...["contains", "replace", "split", "match", "formatNumber", "formatBase", "formatInteger", "parseInteger", "number"],
	...["floor", "ceil", "round", "abs", "sqrt", "power", "random", "zip", "sift", "keys", "spread", "merge", "each"],
	...["error", "assert", "sort", "distinct", "base64encode", "base64decode", "encodeUrlComponent", "encodeUrl"],
	...["decodeUrlComponent", "decodeUrl", "toMillis", "fromMillis", "clone"],
];

/** They look for their second text in the first. */
const searching = new Set(["contains", "split", "replace", "substringBefore", "substringAfter"]);

/** Their last text describes a format, of which more than this is an attack. */
const pictured = new Set(["formatNumber", "formatInteger", "parseInteger", "fromMillis"]);
const longestPicture = 100;

let builtIns: Promise<[string, BuiltIn][]> | undefined;

export async function assignFunctions(expression: jsonata.Expression, budget: WorkBudget, now: Date): Promise<void> {
	builtIns ??= Promise.all(
		[...shallow, ...others].map(async (name) => [name, await jsonata(`$${name}`).evaluate(null)] as [string, BuiltIn]),
	);
	for (const [name, builtIn] of await builtIns) {
		expression.assign(name, { ...builtIn, implementation: paidFor(name, builtIn.implementation, budget) });
	}
	expression.registerFunction("millis", () => now.getTime(), "<:n>");
	expression.registerFunction("now", () => now.toISOString(), "<:s>");
	expression.assign("eval", undefined);
}

/** A proxy, since JSONata reads the names of parameters from the source of a function. */
function paidFor(name: string, implementation: Function, budget: WorkBudget): Function {
	return new Proxy(implementation, {
		get: (target, key) =>
			key === "toString" ? () => Function.prototype.toString.call(target) : Reflect.get(target, key, target),
		apply(target, self, args: unknown[]) {
			budget.step();
			budget.charge(costOf(name, args, budget));
			return Reflect.apply(target, self, args);
		},
	});
}

function costOf(name: string, args: unknown[], budget: WorkBudget): number {
	refuseFormats(name, args);
	const [first, second, third] = args;
	const isSearch = searching.has(name) && typeof first === "string" && typeof second === "string";
	const start = isSearch ? searchWork(first, second) : 1;
	const cost = args.reduce<number>((sum, arg) => sum + costOfArgument(name, arg, budget), start);
	switch (name) {
		case "distinct":
			return cost * lengthOf(first);
		case "join":
			return cost + lengthOf(first) * lengthOf(second);
		case "pad":
			return cost + budget.sizeOf(first) + growth(Math.abs(Number(second)) * Math.max(lengthOf(third), 1));
		case "replace":
			return cost + (lengthOf(first) / Math.max(lengthOf(second), 1) + 1) * lengthOf(third);
		default:
			return cost;
	}
}

function costOfArgument(name: string, arg: unknown, budget: WorkBudget): number {
	if (typeof arg === "string") return arg.length;
	if (shallow.includes(name)) return Array.isArray(arg) ? arg.length : 1;
	return budget.sizeOf(arg);
}

/** What is padded is made at once, before its size can be looked at. */
function growth(length: number): number {
	if (!(length <= 100_000)) throw new AppError("limit_exceeded", "The text becomes too long.");
	return length;
}

function refuseFormats(name: string, args: unknown[]): void {
	const picture = args[1];
	if (typeof picture !== "string") return;
	if (name === "toMillis") throw new AppError("invalid_input", "$toMillis reads ISO 8601 only, no other formats.");
	if (!pictured.has(name)) return;
	if (picture.length > longestPicture || /[1-9]\d{3}/.test(picture)) {
		throw new AppError("invalid_input", `The format given to $${name} is too long.`);
	}
}

function lengthOf(value: unknown): number {
	return typeof value === "string" || Array.isArray(value) ? value.length : 1;
}
