/**
 * What Chroma keeps beside a vector, and how it is asked for. Its metadata is flat and of single values, so that each word
 * is a key, and the number or date of a field is one. Of a list with several it could not tell which one lies between
 * two bounds: those are refused when they are stored.
 */
import { createHash } from "node:crypto";
import { AppError } from "#core/errors";
import type { MetadataFilter } from "#rag/vector-index/metadata-filter";
import { type Condition, conditionOf, type Range } from "./condition.ts";
import { facetsOf, type Kind, prefixWord } from "./facets.ts";
import type { AdaptedVector } from "./store-adapter.ts";

type Value = string | boolean | object;
export type Where = Record<string, unknown>;

const operators = { gt: "$gt", gte: "$gte", lt: "$lt", lte: "$lte" } as const;
const opposites = { gt: "$lte", gte: "$lt", lt: "$gte", lte: "$gt" } as const;
type BoundName = keyof typeof operators;

/** ECMAScript 2026; TypeScript's library does not have it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };

export function metadataOf({ reader, metadata }: AdaptedVector): Record<string, Value> {
	const { words, ordered } = facetsOf(metadata);
	const values = ordered.map(({ field, kind, values: [value, ...others] }) => {
		if (others.length === 0) return [valueKey(field, kind), asFloat(value!)] as const;
		throw new AppError("invalid_input", `Chroma takes no list of several ${kind}s, which "${field}" is.`);
	});
	return { reader, ...Object.fromEntries(words.map((word) => [word, true])), ...Object.fromEntries(values) };
}

/** Undefined where everything may be seen and nothing is asked of it. */
export function whereOf(readers: string[] | undefined, filter: MetadataFilter | undefined): Where | undefined {
	const clauses: Where[] = [];
	if (readers) clauses.push({ reader: { $in: readers } });
	if (filter) clauses.push(clauseOf(conditionOf(filter)));
	return clauses.length > 0 ? joined("$and", clauses) : undefined;
}

function clauseOf(condition: Condition): Where {
	if ("all" in condition) return joined("$and", condition.all.map(clauseOf));
	if ("any" in condition) return joined("$or", condition.any.map(clauseOf));
	if ("range" in condition) return condition.absent ? outside(condition.range) : within(condition.range);
	const { words, absent } = condition;
	// `$ne` holds where there is no such key.
	return absent
		? joined(
				"$and",
				words.map((word) => ({ [word]: { $ne: true } })),
			)
		: joined(
				"$or",
				words.map((word) => ({ [word]: { $eq: true } })),
			);
}

function within(range: Range): Where {
	return joined("$and", boundsOf(range, operators));
}

function outside(range: Range): Where {
	const none = { [prefixWord(range.field, range.kind, "")]: { $ne: true } };
	return joined("$or", [none, ...boundsOf(range, opposites)]);
}

function boundsOf(range: Range, names: Record<BoundName, string>): Where[] {
	const key = valueKey(range.field, range.kind);
	return (Object.keys(names) as BoundName[]).flatMap((name) => {
		const bound = range[name];
		return bound === undefined ? [] : [{ [key]: { [names[name]]: asFloat(bound) } }];
	});
}

/** Chroma refuses to join one. */
function joined(operator: "$and" | "$or", clauses: Where[]): Where {
	return clauses.length === 1 ? clauses[0]! : { [operator]: clauses };
}

/** Of what looks like an integer Chroma compares the integers alone: 1 is not below 1.5 there, but 1.0 is. */
function asFloat(value: number): object {
	const text = String(value);
	return rawJSON(/^-?\d+$/.test(text) ? `${text}.0` : text);
}

function valueKey(field: string, kind: Kind): string {
	return createHash("sha256").update(`${kind} ${field}`).digest("base64url").slice(0, 20);
}
