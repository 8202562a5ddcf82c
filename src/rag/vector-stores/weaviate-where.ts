/** Who is asking and what for, as Weaviate's `where` (https://docs.weaviate.io/weaviate/api/graphql/filters). */
import type { MetadataFilter } from "#rag/vector-index/metadata-filter";
import { type Condition, conditionOf, rangeAsWords } from "./condition.ts";

export interface Where {
	operator: "And" | "Or" | "ContainsAny" | "ContainsNone";
	operands?: Where[];
	path?: string[];
	valueText?: string[];
}

/** Undefined where everything may be seen and nothing is asked of it. */
export function whereOf(readers: string[] | undefined, filter: MetadataFilter | undefined): Where | undefined {
	const operands: Where[] = [];
	if (readers) operands.push({ path: ["reader"], operator: "ContainsAny", valueText: readers });
	if (filter) operands.push(clauseOf(conditionOf(filter)));
	return operands.length > 0 ? { operator: "And", operands } : undefined;
}

function clauseOf(condition: Condition): Where {
	if ("all" in condition) return { operator: "And", operands: condition.all.map(clauseOf) };
	if ("any" in condition) return { operator: "Or", operands: condition.any.map(clauseOf) };
	const { words, absent } = "range" in condition ? rangeAsWords(condition) : condition;
	return { path: ["words"], operator: absent ? "ContainsNone" : "ContainsAny", valueText: words };
}

/** GraphQL writes names without quotes, operators too; the strings of JSON are strings of its as well. */
export function asGraphql(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(asGraphql).join()}]`;
	if (typeof value !== "object" || value === null) return JSON.stringify(value);
	const fields = Object.entries(value).map(([name, field]) =>
		name === "operator" ? `operator: ${field}` : `${name}: ${asGraphql(field)}`,
	);
	return `{${fields.join(", ")}}`;
}
