/** The functions that expressions may call. `matches` is none of them: a regular expression can keep a Worker busy for good. */
import type { WorkBudget } from "#core/work-budget";
import { optionalMakers, optionalMethods } from "./optional-functions.ts";
import { sizeOfText, textFunctions } from "./text-functions.ts";
import { inTimeZone, readDuration, readTimestamp, timeParts, writeDuration } from "./time-functions.ts";
import { checkedInt, invalid, isDuration, isMap, isNumber, kindOf } from "./values.ts";

/** `size(x)`, `x.size()` or `optional.of(x)`. */
export type CallStyle = "call" | "method" | "optional";

/** Of a method, the first argument is what it is called on. */
type Callable = (args: readonly unknown[], budget: WorkBudget) => unknown;

/** A clock's look-up of a time zone is slow. */
const workOfTimeZone = 10_000;

const numeral = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const calls: Record<string, Callable> = {
	"size/1": ([value], budget) => sizeOf(value, budget),
	"dyn/1": ([value]) => value,
	"string/1": ([value]) => toText(value),
	"int/1": ([value]) => toInt(value),
	"double/1": ([value]) => toDouble(value),
	"bool/1": ([value]) => toBool(value),
	"timestamp/1": ([value]) => readTimestamp(value),
	"duration/1": ([value]) => readDuration(value),
};

const methods: Record<string, Callable> = {
	"size/0": ([value], budget) => sizeOf(value, budget),
	...textFunctions,
	...optionalMethods,
	...Object.fromEntries(Object.keys(timeParts).map((name) => [`${name}/0`, ([time]) => partOf(name, time)])),
	...Object.fromEntries(
		Object.keys(timeParts).map((name) => [
			`${name}/1`,
			([time, zone], budget) => {
				budget.charge(workOfTimeZone);
				if (!(time instanceof Date)) throw invalid(`${name}() with a time zone takes a timestamp.`);
				return name === "getMilliseconds" ? partOf(name, time) : partOf(name, inTimeZone(time, zone));
			},
		]),
	),
};

const functions: Record<CallStyle, Map<string, Callable>> = {
	call: new Map(Object.entries(calls)),
	method: new Map(Object.entries(methods)),
	optional: new Map(Object.entries(optionalMakers)),
};

/** `arity` does not count what a method is called on. */
export function hasFunction(style: CallStyle, name: string, arity: number): boolean {
	return functions[style].has(`${name}/${arity}`);
}

export function callFunction(style: CallStyle, name: string, args: readonly unknown[], budget: WorkBudget): unknown {
	const arity = style === "method" ? args.length - 1 : args.length;
	const callable = functions[style].get(`${name}/${arity}`);
	if (!callable) throw invalid(`There is no function ${name}().`);
	return callable(args, budget);
}

function sizeOf(value: unknown, budget: WorkBudget): bigint {
	if (typeof value === "string") return BigInt(sizeOfText(value, budget));
	if (Array.isArray(value)) return BigInt(value.length);
	if (!isMap(value)) throw invalid(`A value of the type ${kindOf(value)} has no size.`);
	const { length } = Object.keys(value);
	budget.charge(length);
	return BigInt(length);
}

function partOf(name: string, time: unknown): bigint {
	const part = timeParts[name];
	if (part && time instanceof Date) return BigInt(part.ofDate(time));
	if (part?.nanos && isDuration(time)) return time.nanos / part.nanos;
	throw invalid(`${name}() does not take a value of the type ${kindOf(time)}.`);
}

function toText(value: unknown): string {
	if (typeof value === "string") return value;
	if (typeof value === "boolean" || isNumber(value)) return String(value);
	if (value instanceof Date) return value.toISOString();
	if (isDuration(value)) return writeDuration(value);
	throw unconvertible("string", value);
}

function toInt(value: unknown): bigint {
	if (typeof value === "bigint") return value;
	if (typeof value === "number" && Number.isFinite(value)) return checkedInt(BigInt(Math.trunc(value)));
	if (typeof value === "string" && /^[+-]?\d{1,19}$/.test(value)) return checkedInt(BigInt(value));
	if (value instanceof Date) return BigInt(Math.floor(value.getTime() / 1_000));
	throw unconvertible("int", value);
}

function toDouble(value: unknown): number {
	if (isNumber(value)) return Number(value);
	if (typeof value === "string" && value.length <= 100 && numeral.test(value)) return Number(value);
	throw unconvertible("double", value);
}

function toBool(value: unknown): boolean {
	if (typeof value === "boolean") return value;
	if (value === "true" || value === "false") return value === "true";
	throw unconvertible("bool", value);
}

function unconvertible(type: string, value: unknown): Error {
	const shown =
		typeof value === "string" ? JSON.stringify(value.slice(0, 100)) : `a value of the type ${kindOf(value)}`;
	return invalid(`${type}() cannot make anything of ${shown}.`);
}
