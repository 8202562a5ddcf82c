/**
 * What a JSONata query may use up. Work is counted, not timed: a Worker's clock stands still while it calculates, and a
 * value that refers to one and the same part many times is small in memory, but endless when written out.
 */
import { AppError } from "#core/errors";

const maximumSteps = 300_000;
const maximumWork = 20_000_000;
const maximumSize = 1_000_000;
const maximumDepth = 500;

export interface QueryBudget {
	/** One node of the expression is evaluated. */
	step(): void;
	/** So many characters or items are about to be looked at. */
	charge(work: number): void;
	/** Of a value written out as JSON, roughly. Throws where that is too much. */
	sizeOf(value: unknown): number;
}

export function queryBudget(): QueryBudget {
	let steps = 0;
	let work = 0;
	/** Values of JSONata never change once they are there: no transforms are offered. */
	const sizes = new WeakMap<object, number>();

	function step(): void {
		steps += 1;
		if (steps > maximumSteps) throw exceeded("The query takes too many steps; look for an endless recursion.");
	}

	function charge(cost: number): void {
		work += cost;
		// Not `work > maximumWork`: NaN has to fail too.
		if (!(work <= maximumWork)) throw exceeded("The query takes too much work.");
	}

	function sizeOf(value: unknown, depth = 0): number {
		if (typeof value === "string") return checked(value.length + 1);
		if (typeof value !== "object" || value === null || "_jsonata_lambda" in value || "_jsonata_function" in value) {
			return 1;
		}
		const known = sizes.get(value);
		if (known !== undefined) return known;
		if (depth > maximumDepth) throw exceeded("A value is nested too deeply.");
		const entries = Object.entries(value);
		charge(entries.length);
		let size = 1;
		for (const [key, child] of entries) {
			size = checked(size + (Array.isArray(value) ? 0 : key.length) + sizeOf(child, depth + 1));
		}
		sizes.set(value, size);
		return size;
	}

	return { step, charge, sizeOf };
}

function checked(size: number): number {
	if (size > maximumSize) throw exceeded("A value of the query becomes too large.");
	return size;
}

function exceeded(message: string): AppError {
	return new AppError("limit_exceeded", message);
}
