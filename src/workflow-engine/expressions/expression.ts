/**
 * CEL expressions over JSON, for the conditions and references of a workflow.
 *
 * Numbers: those of the scope are doubles, as CEL defines for JSON, those written without a point are ints. They mix
 * freely: next to a double an int becomes one, and equality and order go by value. So `input.n == 3`, `input.n % 2 == 0`
 * and `input.price * 2` do what they say, `input.n / 2` is exact, and only `7 / 2`, of two ints, is 3. Strict CEL refuses
 * to mix them; making ints of whole JSON numbers instead would let `input.total / 2` depend on whether the total is whole.
 *
 * Left out: bytes, unsigned ints, `type()` and `matches()`. Keys of maps are texts.
 */
import { AppError } from "#core/errors";
import type { WorkBudget } from "#core/work-budget";
import { expressionBudget } from "./evaluation.ts";
import { interpret } from "./interpret.ts";
import { asBool } from "./logic.ts";
import { parseExpression } from "./parse-expression.ts";
import { toJson } from "./to-json.ts";
import { invalid } from "./values.ts";

/** Throws `invalid_input` with the place of what does not parse, is not offered, or is a name that is not in `roots`. */
export function checkExpression(source: string, roots: readonly string[]): void {
	const unknown = parseExpression(source).names.find(({ name }) => !roots.includes(name));
	if (!unknown) return;
	const known = roots.length === 0 ? "there are none here" : `there are ${roots.join(", ")}`;
	throw invalid(`There is no value named ${unknown.name.slice(0, 100)} (at character ${unknown.position}); ${known}.`);
}

/**
 * Plain JSON: timestamps and durations become texts, an optional without a value null. Throws `invalid_input` where the
 * expression is wrong or fails, as for a field that is not there, `limit_exceeded` where it takes too much.
 */
export function evaluate(source: string, scope: Record<string, unknown>): unknown {
	return evaluateWithin(expressionBudget(), source, scope);
}

/** As `evaluate`, where several expressions share one budget. */
export function evaluateWithin(budget: WorkBudget, source: string, scope: Record<string, unknown>): unknown {
	const { tree } = parseExpression(source);
	try {
		return toJson(interpret(tree, scope, budget), budget);
	} catch (cause) {
		if (!(cause instanceof RangeError)) throw cause;
		throw new AppError("limit_exceeded", "The expression goes too deep.", { cause });
	}
}

/** Whether the condition is met; `invalid_input` where it gives anything but true or false. */
export function holds(source: string, scope: Record<string, unknown>): boolean {
	return asBool(evaluate(source, scope), "The result of a condition");
}
