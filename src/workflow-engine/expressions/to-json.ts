/** The result of an expression as plain JSON: nothing of it is shared with the scope. */
import type { WorkBudget } from "#core/work-budget";
import { writeDuration } from "./time-functions.ts";
import { invalid, isDuration, isOptional } from "./values.ts";

/** Throws `invalid_input` for numbers that JSON does not have, `limit_exceeded` for a result that is too large. */
export function toJson(value: unknown, budget: WorkBudget): unknown {
	// It counts a part as often as it would be written out, so the copying below is bounded.
	budget.charge(budget.sizeOf(value));
	return copied(value);
}

function copied(value: unknown): unknown {
	if (typeof value === "bigint") return safeNumber(value);
	if (typeof value === "number") return finite(value);
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map(copied);
	if (value instanceof Date) return value.toISOString();
	if (isDuration(value)) return writeDuration(value);
	if (isOptional(value)) return copied(value.value ?? null);
	// Not by assignment: `__proto__` may be a key.
	return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, copied(child)]));
}

function safeNumber(value: bigint): number {
	const number = Number(value);
	if (!Number.isSafeInteger(number))
		throw invalid(`The whole number ${value} is too large for JSON; string() keeps it.`);
	return number;
}

function finite(value: number): number {
	if (!Number.isFinite(value))
		throw invalid(`The result is ${value}, which is no number of JSON; was it divided by zero?`);
	return value === 0 ? 0 : value;
}
