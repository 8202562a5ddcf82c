/**
 * What an expression may use up. Work is counted, not timed: a Worker's clock stands still while it calculates, and a
 * value that refers to one and the same part many times is small in memory, but endless when written out.
 */
import { AppError } from "./errors.ts";

export interface WorkLimits {
	/** Parts of the expression that are evaluated. */
	steps: number;
	/** Characters and items that are looked at. */
	work: number;
	/** Of a value written out as JSON, roughly. */
	size: number;
}

export interface WorkBudget {
	/** One part of the expression is evaluated. */
	step(): void;
	/** So many characters or items are about to be looked at. */
	charge(work: number): void;
	/** Of a value written out as JSON, roughly. Throws where that is too much; values must not change afterwards. */
	sizeOf(value: unknown): number;
	/** Throws where something of that size is too large. */
	checkSize(size: number): void;
}

const maximumDepth = 500;

/** Throws `limit_exceeded` where it is used up; `subject` is what it speaks of, `isOpaque` tells what not to look into. */
export function workBudget(
	subject: string,
	limits: WorkLimits,
	isOpaque: (value: object) => boolean = () => false,
): WorkBudget {
	let steps = 0;
	let work = 0;
	const sizes = new WeakMap<object, number>();

	function step(): void {
		steps += 1;
		if (steps > limits.steps) throw exceeded(`The ${subject} takes too many steps.`);
	}

	function charge(cost: number): void {
		work += cost;
		// Not `work > limits.work`: NaN has to fail too.
		if (!(work <= limits.work)) throw exceeded(`The ${subject} takes too much work.`);
	}

	function sizeOf(value: unknown, depth = 0): number {
		if (typeof value === "string") return checked(value.length + 1);
		if (typeof value !== "object" || value === null || isOpaque(value)) return 1;
		const known = sizes.get(value);
		if (known !== undefined) return known;
		if (depth > maximumDepth) throw exceeded("A value is nested too deeply.");
		const size = Array.isArray(value) ? sizeOfList(value, depth) : sizeOfObject(value, depth);
		sizes.set(value, size);
		return size;
	}

	function sizeOfList(list: readonly unknown[], depth: number): number {
		charge(list.length);
		let size = 1;
		for (const item of list) size = checked(size + sizeOf(item, depth + 1));
		return size;
	}

	function sizeOfObject(object: object, depth: number): number {
		const entries = Object.entries(object);
		charge(entries.length);
		let size = 1;
		for (const [key, child] of entries) size = checked(size + key.length + sizeOf(child, depth + 1));
		return size;
	}

	function checked(size: number): number {
		if (size > limits.size) throw exceeded(`A value of the ${subject} becomes too large.`);
		return size;
	}

	return { step, charge, sizeOf, checkSize: checked };
}

/** Of looking for a text in another: a long one that matches almost everywhere is compared again at every place. */
export function searchWork(text: string, sought: string): number {
	return text.length + (Math.max(text.length - sought.length, 0) * sought.length) / 8;
}

function exceeded(message: string): AppError {
	return new AppError("limit_exceeded", message);
}
