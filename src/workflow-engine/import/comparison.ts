/** The comparisons that all formats have, in CEL. */
import { celNumber, celOf, celText, hasField, type Reference } from "./reference.ts";
import type { Part } from "./text-parts.ts";

export type Operator =
	| "equals"
	| "contains"
	| "startsWith"
	| "endsWith"
	| "in"
	| "empty"
	| "exists"
	| "null"
	| "true"
	| "gt"
	| "gte"
	| "lt"
	| "lte";

export interface Comparison {
	operator: Operator;
	isNegated?: boolean;
	left: readonly Part[];
	right?: readonly Part[];
	/** What both are compared as; a literal is read so. */
	as?: "text" | "number" | "boolean";
	ignoresCase?: boolean;
}

const signs = { equals: "==", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** Undefined for what is not simple enough. */
export function celOfComparison(comparison: Comparison): string | undefined {
	const { operator, isNegated, left, right = [], as, ignoresCase = false } = comparison;
	const reference = referenceOf(left);
	const subject = termOf(left, as, ignoresCase);
	if (subject === undefined) return undefined;
	const found = unaryOf(operator, subject, reference) ?? binaryOf(operator, subject, termOf(right, as, ignoresCase));
	if (found === undefined) return undefined;
	return isNegated ? `!(${found})` : found;
}

export function joined(conditions: readonly (string | undefined)[], by: "and" | "or"): string | undefined {
	if (conditions.length === 0 || conditions.some((one) => one === undefined)) return undefined;
	if (conditions.length === 1) return conditions[0];
	return conditions.map((one) => `(${one})`).join(by === "and" ? " && " : " || ");
}

/** A condition that names the first case that holds: `case_0`, `case_1` …, or else `otherwise`. */
export function celOfCases(cases: readonly (string | undefined)[]): string | undefined {
	if (cases.length === 0 || cases.some((one) => one === undefined)) return undefined;
	return cases.map((one, index) => `(${one}) ? "${caseName(index)}" : `).join("") + celText(otherwise);
}

export const otherwise = "otherwise";

export function caseName(index: number): string {
	return `case_${index}`;
}

function unaryOf(operator: Operator, subject: string, reference?: Reference): string | undefined {
	const isThere = reference && hasField(reference) ? `has(${celOf(reference)})` : undefined;
	switch (operator) {
		case "empty":
			return [...(isThere ? [`!${isThere}`] : []), `${subject} == null`, `${subject} == ""`, `${subject} == []`].join(
				" || ",
			);
		case "exists":
			return isThere ? `${isThere} && ${subject} != null` : `${subject} != null`;
		case "null":
			return isThere ? `!${isThere} || ${subject} == null` : `${subject} == null`;
		case "true":
			return `${subject} == true`;
		default:
			return undefined;
	}
}

function binaryOf(operator: Operator, subject: string, object?: string): string | undefined {
	if (object === undefined) return undefined;
	switch (operator) {
		case "contains":
		case "startsWith":
		case "endsWith":
			return `${subject}.${operator}(${object})`;
		case "in":
			return `${subject} in ${object}`;
		case "equals":
		case "gt":
		case "gte":
		case "lt":
		case "lte":
			return `${subject} ${signs[operator]} ${object}`;
		default:
			return undefined;
	}
}

function referenceOf(parts: readonly Part[]): Reference | undefined {
	const [only] = parts;
	return parts.length === 1 && only && "reference" in only ? only.reference : undefined;
}

function termOf(parts: readonly Part[], as: Comparison["as"], ignoresCase: boolean): string | undefined {
	const terms = parts.map((part) => {
		if ("unknown" in part) return undefined;
		if ("reference" in part) return celOf(part.reference);
		return literalOf("text" in part ? part.text : part.literal, parts.length === 1 ? as : "text");
	});
	if (terms.some((term) => term === undefined)) return undefined;
	if (terms.length === 0) return as === undefined || as === "text" ? '""' : undefined;
	const whole =
		terms.length === 1
			? terms[0]!
			: `(${terms.map((term) => (term!.startsWith('"') ? term : `string(${term})`)).join(" + ")})`;
	if (!ignoresCase || (as !== undefined && as !== "text")) return whole;
	return whole.startsWith('"') ? whole.toLowerCase() : `${whole}.lowerAscii()`;
}

function literalOf(value: unknown, as: Comparison["as"]): string | undefined {
	if (as === "number") {
		const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
		return typeof number === "number" && Number.isFinite(number) ? celNumber(number) : undefined;
	}
	if (as === "boolean")
		return value === true || value === false || value === "true" || value === "false" ? String(value) : undefined;
	if (typeof value === "string") return celText(value);
	if (typeof value === "number" && Number.isFinite(value))
		return as === "text" ? celText(String(value)) : celNumber(value);
	if (typeof value === "boolean") return as === "text" ? celText(String(value)) : String(value);
	if (value === null) return "null";
	if (!Array.isArray(value)) return undefined;
	const items = value.map((item) => literalOf(item, as));
	return items.some((item) => item === undefined) ? undefined : `[${items.join(", ")}]`;
}
