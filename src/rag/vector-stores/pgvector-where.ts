/** Who is asking and what for, as SQL over the table of vectors; every value is bound. */
import type { MetadataFilter } from "#rag/vector-index/metadata-filter";
import { type Condition, conditionOf, rangeAsWords } from "./condition.ts";

/** Appends what it binds to `values`. Empty where everything may be seen and nothing is asked of it. */
export function whereClause(
	readers: string[] | undefined,
	filter: MetadataFilter | undefined,
	values: string[],
): string {
	const clauses: string[] = [];
	if (readers) clauses.push(`reader = ANY (${list(readers)})`);
	if (filter) clauses.push(clauseOf(conditionOf(filter)));
	return clauses.length > 0 ? `WHERE ${clauses.join(" AND ")}` : "";

	function clauseOf(condition: Condition): string {
		if ("all" in condition) return `(${condition.all.map(clauseOf).join(" AND ")})`;
		if ("any" in condition) return `(${condition.any.map(clauseOf).join(" OR ")})`;
		const { words, absent } = "range" in condition ? rangeAsWords(condition) : condition;
		return `${absent ? "NOT " : ""}words && ${list(words)}`;
	}

	function list(words: string[]): string {
		values.push(arrayLiteral(words));
		return `$${values.length}::text[]`;
	}
}

/** PostgreSQL, "Array Input and Output Syntax". */
export function arrayLiteral(texts: string[]): string {
	return `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, "\\$&")}"`).join()}}`;
}
