/** A metadata filter as a question about facets, with every `not` moved to the leaves: what all stores can be told. */
import { AppError } from "#core/errors";
import type { MetadataFilter } from "#rag/vector-index/metadata-filter";
import { equalWord, existsWord, type Kind, prefixWord } from "./facets.ts";
import { instantOf } from "./instant-of.ts";
import { type Bounds, prefixesWithin } from "./order-prefixes.ts";

export interface Range extends Bounds {
	field: string;
	kind: Kind;
}

export type Condition =
	| { all: Condition[] }
	| { any: Condition[] }
	/** Holds where the chunk has one of the words, or with `absent` where it has none. Never empty. */
	| { words: string[]; absent: boolean }
	/** Holds where one number, or date, of the field is within; with `absent` where none is. */
	| { range: Range; absent: boolean };

/** No hash: nothing has it. */
const nothing = "none";
const boundNames = ["gt", "gte", "lt", "lte"] as const;

export function conditionOf(filter: MetadataFilter, absent = false): Condition {
	if ("not" in filter) return conditionOf(filter.not, !absent);
	if ("and" in filter) return joined(filter.and, absent ? "any" : "all");
	if ("or" in filter) return joined(filter.or, absent ? "all" : "any");
	const { field } = filter;
	if ("exists" in filter) return { words: [existsWord(field)], absent: absent === filter.exists };
	if ("eq" in filter) return { words: [equalWord(field, filter.eq)], absent };
	if ("ne" in filter) return { words: [equalWord(field, filter.ne)], absent: !absent };
	if ("in" in filter)
		return oneOf(
			filter.in.map((value) => equalWord(field, value)),
			absent,
		);
	return { range: rangeOf(filter), absent };

	function joined(filters: MetadataFilter[], how: "all" | "any"): Condition {
		const conditions = filters.map((one) => conditionOf(one, absent));
		return how === "all" ? { all: conditions } : { any: conditions };
	}
}

/** For stores that cannot compare numbers, or only one for each field. */
export function rangeAsWords({ range, absent }: { range: Range; absent: boolean }): {
	words: string[];
	absent: boolean;
} {
	return oneOf(
		prefixesWithin(range).map((prefix) => prefixWord(range.field, range.kind, prefix)),
		absent,
	);
}

function oneOf(words: string[], absent: boolean) {
	return { words: words.length > 0 ? words : [nothing], absent };
}

function rangeOf(range: { field: string } & Partial<Record<(typeof boundNames)[number], string | number>>): Range {
	const { field } = range;
	const given = boundNames.filter((name) => range[name] !== undefined);
	const kind = given.some((name) => typeof range[name] === "string") ? "date" : "number";
	const bounds = given.map((name) => [name, typeof range[name] === "string" ? instantOf(range[name]) : range[name]]);
	if (bounds.some(([, bound]) => bound === undefined)) {
		throw new AppError("invalid_input", `The condition on "${field}" has a bound that is no date.`);
	}
	return { field, kind, ...Object.fromEntries(bounds) };
}
