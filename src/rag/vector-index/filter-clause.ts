/** A metadata filter, and who is asking, as SQL over the table of sources; every value of theirs is bound. */
import type { Access } from "./chunk.ts";
import type { MetadataFilter } from "./metadata-filter.ts";

export interface Clause {
	sql: string;
	values: SqlStorageValue[];
}

const operators = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** Undefined where everything may be seen and nothing is asked of it. */
export function sourceClause(access: Access, filter: MetadataFilter | undefined): Clause | undefined {
	const clauses: Clause[] = [];
	if (!access.isAdmin) clauses.push({ sql: "(shared = 1 OR owner_id = ?)", values: [access.userId] });
	if (filter) clauses.push(filterClause(filter));
	return clauses.length > 0 ? joined(clauses, "AND") : undefined;
}

function filterClause(filter: MetadataFilter): Clause {
	if ("and" in filter) return joined(filter.and.map(filterClause), "AND");
	if ("or" in filter) return joined(filter.or.map(filterClause), "OR");
	if ("not" in filter) return negated(filterClause(filter.not));
	const path = pathOf(filter.field);
	if ("exists" in filter) {
		return { sql: `json_type(metadata, ?) IS ${filter.exists ? "NOT " : ""}NULL`, values: [path] };
	}
	if ("eq" in filter) return anyItem(path, equals(filter.eq));
	if ("ne" in filter) return negated(anyItem(path, equals(filter.ne)));
	if ("in" in filter) return anyItem(path, oneOf(filter.in));
	return anyItem(path, within(filter));
}

/** Holds where the value, or an item of the list that it is, meets the test. */
function anyItem(path: string, test: Clause): Clause {
	const items = "SELECT 1 FROM json_each(metadata, ?) AS item WHERE json_type(metadata, ?) <> 'object'";
	return { sql: `EXISTS (${items} AND ${test.sql})`, values: [path, path, ...test.values] };
}

function equals(value: string | number | boolean | null): Clause {
	if (value === null) return { sql: "item.type = 'null'", values: [] };
	if (typeof value === "boolean") return { sql: "item.type = ?", values: [String(value)] };
	if (typeof value === "number") return { sql: "item.type IN ('integer', 'real') AND item.atom = ?", values: [value] };
	return { sql: "item.type = 'text' AND item.atom = ?", values: [value] };
}

function oneOf(values: (string | number | boolean | null)[]): Clause {
	const same = "replace(wanted.type, 'real', 'integer') = replace(item.type, 'real', 'integer')";
	const sql = `EXISTS (SELECT 1 FROM json_each(?) AS wanted WHERE ${same} AND wanted.atom IS item.atom)`;
	return { sql, values: [JSON.stringify(values)] };
}

/** Dates are compared as points in time, whatever zone and precision they are written with. */
function within(range: MetadataFilter & { field: string }): Clause {
	const bounds = (["gt", "gte", "lt", "lte"] as const).flatMap((name): Clause[] => {
		const bound = name in range ? (range as Record<string, string | number | undefined>)[name] : undefined;
		if (bound === undefined) return [];
		if (typeof bound === "number") return [{ sql: `item.atom ${operators[name]} ?`, values: [bound] }];
		return [{ sql: `julianday(item.atom) ${operators[name]} julianday(?)`, values: [bound] }];
	});
	const isDate = bounds.some(({ values }) => typeof values[0] === "string");
	const type = isDate
		? "item.type = 'text' AND item.atom GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"
		: "item.type IN ('integer', 'real')";
	return joined([{ sql: type, values: [] }, ...bounds], "AND");
}

function negated({ sql, values }: Clause): Clause {
	return { sql: `NOT (${sql})`, values };
}

/** In halves, and these in halves: SQLite refuses a tree that is deeper than 100. */
function joined(clauses: Clause[], operator: "AND" | "OR"): Clause {
	if (clauses.length === 1) return clauses[0]!;
	const middle = Math.ceil(clauses.length / 2);
	const [left, right] = [clauses.slice(0, middle), clauses.slice(middle)].map((half) => joined(half, operator));
	return { sql: `(${left!.sql} ${operator} ${right!.sql})`, values: [...left!.values, ...right!.values] };
}

/** The names have no character that means anything in a path: the schema sees to that. */
function pathOf(field: string): string {
	return `$${field
		.split(".")
		.map((name) => `."${name}"`)
		.join("")}`;
}
