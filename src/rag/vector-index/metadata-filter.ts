/** Conditions on a chunk's metadata, as callers write them: `{ and: [{ field: "year", gte: 2020 }, { not: … }] }`. */
import { z } from "zod";

/** Each takes up to four of the hundred values that a statement may be given. */
const mostConditions = 24;
const mostNested = 6;
const fieldPath = /^[\p{L}\p{N}_-]{1,64}(\.[\p{L}\p{N}_-]{1,64}){0,4}$/u;

const Scalar = z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()]);
const Bound = z.union([z.number(), z.iso.date(), z.iso.datetime({ offset: true })]);
/** `author`, or `author.name` for a field of a field. */
const field = z.string().regex(fieldPath, "must be names joined by dots");

const Range = z
	.strictObject({ field, gt: Bound.optional(), gte: Bound.optional(), lt: Bound.optional(), lte: Bound.optional() })
	.refine(({ gt, gte, lt, lte }) => {
		const bounds = [gt, gte, lt, lte].filter((bound) => bound !== undefined);
		const isPair = (gt === undefined || gte === undefined) && (lt === undefined || lte === undefined);
		return isPair && new Set(bounds.map((bound) => typeof bound)).size === 1;
	}, "must have a lower bound, an upper bound, or one of each, both numbers or both dates");

const Condition = z.union([
	z.strictObject({ field, eq: Scalar }),
	z.strictObject({ field, ne: Scalar }),
	z.strictObject({ field, in: z.array(Scalar).max(100) }),
	z.strictObject({ field, exists: z.boolean() }),
	Range,
]);

/**
 * A value matches where it is equal, of the same type; a list matches where one of its items does. `ne` is the opposite
 * of `eq`, so that it holds where the field is missing. `exists` holds for null, too.
 */
export type MetadataFilter =
	| z.infer<typeof Condition>
	| { and: MetadataFilter[] }
	| { or: MetadataFilter[] }
	| { not: MetadataFilter };

const Node: z.ZodType<MetadataFilter> = z.lazy(() =>
	z.union([
		z.strictObject({ and: z.array(Node).min(1) }),
		z.strictObject({ or: z.array(Node).min(1) }),
		z.strictObject({ not: Node }),
		Condition,
	]),
);

export const MetadataFilter = z
	.unknown()
	.refine((value) => isSmall(value), `must have at most ${mostConditions} conditions, nested ${mostNested} deep`)
	.pipe(Node)
	.meta({ type: "object", description: "Conditions on the metadata, joined by `and`, `or` and `not`." });

/** Looked at before it is parsed, so that parsing ends soon. */
function isSmall(filter: unknown): boolean {
	let conditions = 0;
	return fits(filter, 0);

	function fits(value: unknown, depth: number): boolean {
		if (typeof value !== "object" || value === null) return true;
		if (depth > mostNested) return false;
		const { and, or, not } = value as Record<string, unknown>;
		const inner = [and, or].flatMap((list) => (Array.isArray(list) ? list.slice(0, mostConditions + 1) : []));
		if (not !== undefined) inner.push(not);
		if (inner.length === 0) return ++conditions <= mostConditions;
		return inner.every((one) => fits(one, depth + 1));
	}
}
