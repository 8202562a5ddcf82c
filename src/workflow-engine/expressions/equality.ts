/** `==` and `in`, as CEL has them: deep, numbers by their value, and values of different types are never equal. */
import type { WorkBudget } from "#core/work-budget";
import { own } from "./fields.ts";
import { invalid, isDuration, isMap, isNumber, isOptional, kindOf } from "./values.ts";

export function isEqual(left: unknown, right: unknown, budget: WorkBudget): boolean {
	budget.charge(1);
	if (isNumber(left) && isNumber(right)) return isSameNumber(left, right);
	const kind = kindOf(left);
	if (kind !== kindOf(right)) return false;
	if (typeof left === "string" && typeof right === "string") {
		if (left.length !== right.length) return false;
		budget.charge(left.length);
		return left === right;
	}
	if (Array.isArray(left) && Array.isArray(right)) {
		return left.length === right.length && left.every((item, index) => isEqual(item, right[index], budget));
	}
	if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime();
	if (isDuration(left) && isDuration(right)) return left.nanos === right.nanos;
	if (isOptional(left) && isOptional(right)) {
		if (left.value === undefined || right.value === undefined) return left.value === right.value;
		return isEqual(left.value, right.value, budget);
	}
	if (isMap(left) && isMap(right)) return areMapsEqual(left, right, budget);
	return left === right;
}

/** Exactly, also where a double cannot have all digits of the int. */
function isSameNumber(left: number | bigint, right: number | bigint): boolean {
	if (typeof left === typeof right) return left === right;
	const [int, double] = typeof left === "bigint" ? [left, Number(right)] : [BigInt(right), left];
	return Number.isInteger(double) && BigInt(double) === int;
}

export function isIn(value: unknown, container: unknown, budget: WorkBudget): boolean {
	if (Array.isArray(container)) return container.some((item) => isEqual(value, item, budget));
	if (isMap(container)) return typeof value === "string" && own(container, value) !== undefined;
	throw invalid(`\`in\` looks into a list or a map, not into a value of the type ${kindOf(container)}.`);
}

function areMapsEqual(left: Record<string, unknown>, right: Record<string, unknown>, budget: WorkBudget): boolean {
	const keys = Object.keys(left);
	budget.charge(keys.length);
	if (keys.length !== Object.keys(right).length) return false;
	return keys.every((key) => {
		const other = own(right, key);
		return other !== undefined && isEqual(left[key], other, budget);
	});
}
