/** The cases of Dify's if-else, as CEL. */
import {
	caseName,
	celOfCases,
	celOfComparison,
	joined,
	type Comparison,
	type Operator,
	otherwise,
} from "./comparison.ts";
import type { DifyReferences } from "./dify-references.ts";
import { at, listAt, textAt } from "./loose-json.ts";
import { celText } from "./reference.ts";

const operators: Record<string, [Operator, negated?: boolean]> = {
	contains: ["contains"],
	"not contains": ["contains", true],
	"start with": ["startsWith"],
	"end with": ["endsWith"],
	is: ["equals"],
	"is not": ["equals", true],
	"=": ["equals"],
	"≠": ["equals", true],
	">": ["gt"],
	"<": ["lt"],
	"≥": ["gte"],
	"≤": ["lte"],
	in: ["in"],
	"not in": ["in", true],
	empty: ["empty"],
	"not empty": ["empty", true],
	null: ["null"],
	"not null": ["null", true],
	exists: ["exists"],
	"not exists": ["exists", true],
};

/** With one case it is true or false, with several it names one; `undefined` for what is not simple enough. */
export function difyCondition(data: unknown, references: DifyReferences): string | undefined {
	const cases = casesOf(data).map((one) => {
		const by = textAt(one, "logical_operator") === "or" ? "or" : "and";
		return joined(
			listAt(one, "conditions").map((condition) => comparisonOf(condition, references)),
			by,
		);
	});
	return cases.length === 1 ? cases[0] : celOfCases(cases);
}

/** What stands for a condition that is not translated: the first case. */
export function difyAnyCondition(data: unknown): string {
	return casesOf(data).length > 1 ? celText(caseName(0)) : "true";
}

/** What the condition is for an output of the node. */
export function difyBranch(data: unknown, output: string): string {
	const cases = casesOf(data);
	const index = cases.findIndex(
		(one, place) => (textAt(one, "case_id") ?? textAt(one, "id") ?? String(place)) === output,
	);
	if (cases.length === 1) return index === 0 || output === "true" ? "true" : "false";
	return index < 0 ? otherwise : caseName(index);
}

/** Older exports have a single case, in the node itself. */
function casesOf(data: unknown): unknown[] {
	const cases = listAt(data, "cases");
	return cases.length > 0
		? cases
		: [{ case_id: "true", conditions: at(data, "conditions"), logical_operator: at(data, "logical_operator") }];
}

function comparisonOf(condition: unknown, references: DifyReferences): string | undefined {
	const operation = textAt(condition, "comparison_operator") ?? "";
	const reference = references.selected(at(condition, "variable_selector"));
	if (!reference || at(condition, "sub_variable_condition") || !Object.hasOwn(operators, operation)) return undefined;
	const [operator, isNegated = false] = operators[operation]!;
	const value = at(condition, "value");
	const right = typeof value === "string" ? references.parts(value) : [{ literal: (value ?? null) as string | null }];
	return celOfComparison({ operator, isNegated, left: [{ reference }], right, as: typeOf(condition, operation) });
}

function typeOf(condition: unknown, operation: string): Comparison["as"] {
	const type = textAt(condition, "varType") ?? textAt(condition, "var_type");
	if (["=", "≠", ">", "<", "≥", "≤"].includes(operation) || type === "number") return "number";
	if (type === "boolean") return "boolean";
	return "text";
}
