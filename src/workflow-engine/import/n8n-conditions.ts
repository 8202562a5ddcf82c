/** The conditions of n8n's If, Switch and Filter, old and new, as CEL. */
import { type Comparison, celOfComparison, joined, type Operator } from "./comparison.ts";
import { at, type Fields, fieldsAt, listAt, textAt } from "./loose-json.ts";
import type { Part } from "./text-parts.ts";

type Parts = (value: unknown) => Part[];

const operators: Record<string, [Operator, negated?: boolean]> = {
	equals: ["equals"],
	equal: ["equals"],
	notEquals: ["equals", true],
	notEqual: ["equals", true],
	contains: ["contains"],
	notContains: ["contains", true],
	startsWith: ["startsWith"],
	notStartsWith: ["startsWith", true],
	endsWith: ["endsWith"],
	notEndsWith: ["endsWith", true],
	empty: ["empty"],
	isEmpty: ["empty"],
	notEmpty: ["empty", true],
	isNotEmpty: ["empty", true],
	exists: ["exists"],
	notExists: ["exists", true],
	true: ["true"],
	false: ["true", true],
	gt: ["gt"],
	larger: ["gt"],
	gte: ["gte"],
	largerEqual: ["gte"],
	lt: ["lt"],
	smaller: ["lt"],
	lte: ["lte"],
	smallerEqual: ["lte"],
};

/** Of the parameters of an If or a Filter, or of one rule of a Switch; undefined for what is not simple enough. */
export function n8nCondition(parameters: Fields, parts: Parts): string | undefined {
	const conditions = fieldsAt(parameters, "conditions");
	if (Array.isArray(at(conditions, "conditions"))) {
		const ignoresCase =
			at(conditions, "options", "caseSensitive") === false || at(parameters, "options", "ignoreCase") === true;
		const by = at(conditions, "combinator") === "or" ? "or" : "and";
		return joined(
			listAt(conditions, "conditions").map((one) => newCondition(one, parts, ignoresCase)),
			by,
		);
	}
	const old = ["string", "number", "boolean"].flatMap((type) =>
		listAt(conditions, type).map((one) => oldCondition(one, type, parts)),
	);
	const others = Object.keys(conditions).some((type) => !["string", "number", "boolean"].includes(type));
	const by =
		at(parameters, "combineOperation") === "any" || at(parameters, "combineConditions") === "OR" ? "or" : "and";
	return others ? undefined : joined(old, by);
}

/** One of an old Switch, whose rules compare the same value each. */
export function n8nRule(parameters: Fields, rule: unknown, parts: Parts): string | undefined {
	const type = textAt(parameters, "dataType") ?? "number";
	const value1 = at(parameters, "value1");
	return oldCondition({ value1, operation: at(rule, "operation") ?? "equal", value2: at(rule, "value2") }, type, parts);
}

function newCondition(condition: unknown, parts: Parts, ignoresCase: boolean): string | undefined {
	const type = textAt(condition, "operator", "type") ?? "";
	const operation = textAt(condition, "operator", "operation") ?? "";
	const left = parts(at(condition, "leftValue"));
	const right = parts(at(condition, "rightValue"));
	return compare(operation, { left, right, as: typeOf(type), ignoresCase: ignoresCase && type === "string" });
}

function oldCondition(condition: unknown, type: string, parts: Parts): string | undefined {
	const missing = { string: "equal", number: "smaller", boolean: "equal" }[type];
	if (missing === undefined) return undefined;
	const operation = textAt(condition, "operation") ?? missing;
	const value2 = at(condition, "value2") ?? { string: "", number: 0, boolean: false }[type];
	return compare(operation, { left: parts(at(condition, "value1")), right: parts(value2), as: typeOf(type) });
}

function compare(operation: string, sides: Omit<Comparison, "operator">): string | undefined {
	if (!Object.hasOwn(operators, operation)) return undefined;
	const [operator, isNegated = false] = operators[operation]!;
	return celOfComparison({ ...sides, operator, isNegated });
}

function typeOf(type: string): Comparison["as"] {
	if (type === "number" || type === "boolean") return type;
	return type === "string" ? "text" : undefined;
}
