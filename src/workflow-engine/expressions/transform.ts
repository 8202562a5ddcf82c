/** JSONata over the data of a workflow, within the bounds of `runQuery`. */
import { AppError } from "#core/errors";
import { checkQuery, runQuery } from "#core/run-query";

/** In characters. */
const maximumLength = 10_000;

/**
 * JSON, null where nothing matches. Throws `invalid_input` for an expression that is wrong or fails, `limit_exceeded` for
 * one that takes too much. `now` is what `$now()` says: a workflow that is run again gives the time it was run first.
 */
export async function transform(expression: string, value: unknown, now: Date = new Date()): Promise<unknown> {
	checkLength(expression);
	return (await runQuery(expression, value, now)) ?? null;
}

/** Throws `invalid_input` for what does not parse, is not offered or is too long. */
export function checkTransform(expression: string): void {
	checkLength(expression);
	checkQuery(expression);
}

function checkLength(expression: string): void {
	if (expression.length <= maximumLength) return;
	throw new AppError(
		"invalid_input",
		`The expression is longer than ${maximumLength.toLocaleString("en-US")} characters.`,
	);
}
