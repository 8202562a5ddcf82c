/** Functions of optionals, which `.?` and `[?]` give: `input.?name.orValue("nobody")`. */
import { invalid, isOptional, kindOf, optionalOf, type Optional } from "./values.ts";

const lazyMethods = new Set(["or/1", "orValue/1"]);

/** By name and number of arguments, the optional not counted. */
export const optionalMethods: Record<string, (args: readonly unknown[]) => unknown> = {
	"hasValue/0": ([optional]) => asOptional(optional).value !== undefined,
	"value/0": ([optional]) => valueOf(asOptional(optional)),
};

/** `optional.of(…)` and `optional.none()`. */
export const optionalMakers: Record<string, (args: readonly unknown[]) => unknown> = {
	"of/1": ([value]) => optionalOf(value),
	"none/0": () => optionalOf(undefined),
};

/** Their argument counts only where there is no value. */
export function isLazyMethod(name: string, arity: number): boolean {
	return lazyMethods.has(`${name}/${arity}`);
}

/** `orValue` gives the value, `or` an optional. */
export function orElse(name: string, subject: unknown, other: () => unknown): unknown {
	const optional = asOptional(subject);
	if (name === "orValue") return optional.value === undefined ? other() : optional.value;
	return optional.value === undefined ? asOptional(other()) : optional;
}

function asOptional(value: unknown): Optional {
	if (isOptional(value)) return value;
	throw invalid(`An optional is needed, as .? gives it, not a value of the type ${kindOf(value)}.`);
}

function valueOf({ value }: Optional): unknown {
	if (value === undefined) throw invalid("The optional has no value.");
	return value;
}
