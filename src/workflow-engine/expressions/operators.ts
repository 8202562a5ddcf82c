/**
 * Arithmetic and comparison. Two ints give an int (`7 / 2` is 3); as soon as one side is a double, which every number of
 * the workflow's data is, the other becomes one (`input.n / 2` is 1.5 for 3).
 */
import type { BinaryOperator } from "@marcbachmann/cel-js";
import type { WorkBudget } from "#core/work-budget";
import { isEqual, isIn } from "./equality.ts";
import { checkedInt, durationOf, invalid, isDuration, isNumber, kindOf } from "./values.ts";
import { checkedTime, shifted } from "./time-functions.ts";

export function calculate(operator: BinaryOperator, left: unknown, right: unknown, budget: WorkBudget): unknown {
	switch (operator) {
		case "==":
			return isEqual(left, right, budget);
		case "!=":
			return !isEqual(left, right, budget);
		case "in":
			return isIn(left, right, budget);
		case "<":
		case "<=":
		case ">":
		case ">=":
			return compare(operator, left, right, budget);
		default:
			if (typeof left === "bigint" && typeof right === "bigint") return checkedInt(ofInts(operator, left, right));
			if (isNumber(left) && isNumber(right)) return ofDoubles(operator, Number(left), Number(right));
			return ofOthers(operator, left, right, budget);
	}
}

export function negate(value: unknown): number | bigint {
	if (typeof value === "bigint") return checkedInt(-value);
	if (typeof value === "number") return -value;
	throw invalid(`\`-\` negates numbers, not values of the type ${kindOf(value)}.`);
}

type Arithmetic = "+" | "-" | "*" | "/" | "%";

function ofInts(operator: Arithmetic, left: bigint, right: bigint): bigint {
	switch (operator) {
		case "+":
			return left + right;
		case "-":
			return left - right;
		case "*":
			return left * right;
		default:
			if (right === 0n) throw invalid("An int cannot be divided by zero.");
			return operator === "/" ? left / right : left % right;
	}
}

function ofDoubles(operator: Arithmetic, left: number, right: number): number {
	switch (operator) {
		case "+":
			return left + right;
		case "-":
			return left - right;
		case "*":
			return left * right;
		default:
			return operator === "/" ? left / right : left % right;
	}
}

function ofOthers(operator: Arithmetic, left: unknown, right: unknown, budget: WorkBudget): unknown {
	if (operator === "+") {
		if (typeof left === "string" && typeof right === "string") {
			budget.checkSize(left.length + right.length);
			return left + right;
		}
		if (Array.isArray(left) && Array.isArray(right)) {
			budget.charge(left.length + right.length);
			const list = [...left, ...right];
			budget.sizeOf(list);
			return list;
		}
		if (isDuration(left) && isDuration(right)) return durationOf(checkedTime(left.nanos + right.nanos));
		if (left instanceof Date && isDuration(right)) return shifted(left, right.nanos);
		if (isDuration(left) && right instanceof Date) return shifted(right, left.nanos);
	}
	if (operator === "-") {
		if (isDuration(left) && isDuration(right)) return durationOf(checkedTime(left.nanos - right.nanos));
		if (left instanceof Date && isDuration(right)) return shifted(left, -right.nanos);
		if (left instanceof Date && right instanceof Date) {
			return durationOf(BigInt(left.getTime() - right.getTime()) * 1_000_000n);
		}
	}
	throw unfit(operator, left, right);
}

function compare(operator: "<" | "<=" | ">" | ">=", left: unknown, right: unknown, budget: WorkBudget): boolean {
	if (isNumber(left) && isNumber(right)) return inOrder(operator, left, right);
	if (typeof left === "string" && typeof right === "string") {
		budget.charge(Math.min(left.length, right.length));
		return inOrder(operator, left, right);
	}
	if (typeof left === "boolean" && typeof right === "boolean") return inOrder(operator, left, right);
	if (left instanceof Date && right instanceof Date) return inOrder(operator, left.getTime(), right.getTime());
	if (isDuration(left) && isDuration(right)) return inOrder(operator, left.nanos, right.nanos);
	throw unfit(operator, left, right);
}

function inOrder<T extends string | number | bigint | boolean>(
	operator: "<" | "<=" | ">" | ">=",
	left: T,
	right: T,
): boolean {
	switch (operator) {
		case "<":
			return left < right;
		case "<=":
			return left <= right;
		case ">":
			return left > right;
		default:
			return left >= right;
	}
}

function unfit(operator: string, left: unknown, right: unknown): Error {
	return invalid(`\`${operator}\` does not take ${kindOf(left)} and ${kindOf(right)}.`);
}
