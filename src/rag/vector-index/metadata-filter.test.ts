import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Metadata } from "./chunk.ts";
import { ada, chunkOf, idsOf, newIndex, put } from "./index.fixture.ts";
import { MetadataFilter } from "./metadata-filter.ts";

const metadata: Record<string, Metadata> = {
	a: { n: 1, year: 2020, author: "Ada", tags: ["x", "y"], at: "2024-05-01", deep: { er: 1 }, draft: true },
	b: { n: 1.5, year: "2020", author: "Bob", tags: ["y"], at: "2024-05-01T00:30:00+02:00", draft: false },
	c: { n: -3, author: null, tags: [], at: "2024-05-01T12:00:00.250Z", deep: { er: "1" } },
	d: { n: [5, 50], author: "ada", at: "yesterday" },
	e: {},
};

const index = newIndex();

beforeAll(async () => {
	await put(
		index,
		Object.entries(metadata).map(([id, metadata]) => chunkOf(id, { metadata, text: "word" })),
	);
});

async function matching(filter: MetadataFilter): Promise<string> {
	const parsed = MetadataFilter.parse(filter);
	const hits = await index.search({ mode: "vector", vector: [1, 0], limit: 100, access: ada, filter: parsed });
	const words = await index.search({ mode: "keyword", text: "word", limit: 100, access: ada, filter: parsed });
	expect(idsOf(words).toSorted()).toEqual(idsOf(hits).toSorted());
	return idsOf(hits).toSorted().join("");
}

test.for([
	[{ field: "author", eq: "Ada" }, "a"],
	[{ field: "author", ne: "Ada" }, "bcde"],
	[{ field: "author", eq: null }, "c"],
	[{ field: "author", in: ["Ada", "Bob", null, 7] }, "abc"],
	[{ field: "author", in: [] }, ""],
	[{ field: "author", exists: true }, "abcd"],
	[{ field: "author", exists: false }, "e"],
	[{ field: "year", eq: 2020 }, "a"],
	[{ field: "year", eq: "2020" }, "b"],
	[{ field: "n", eq: 1 }, "a"],
	[{ field: "n", in: [1.5, 50] }, "bd"],
	[{ field: "n", gt: 1 }, "bd"],
	[{ field: "n", gte: -3, lt: 1.5 }, "ac"],
	// One item has to lie between both.
	[{ field: "n", gt: 5, lt: 50 }, ""],
	[{ field: "draft", eq: true }, "a"],
	[{ field: "draft", eq: false }, "b"],
	[{ field: "draft", eq: 1 }, ""],
	[{ field: "draft", in: [true, 0] }, "a"],
	[{ field: "tags", eq: "y" }, "ab"],
	[{ field: "tags", ne: "x" }, "bcde"],
	[{ field: "deep.er", eq: 1 }, "a"],
	[{ field: "deep.er", in: ["1"] }, "c"],
	[{ field: "deep", eq: 1 }, ""],
	[{ field: "at", gte: "2024-05-01" }, "ac"],
	[{ field: "at", lt: "2024-05-01" }, "b"],
	[{ field: "at", gt: "2024-05-01T12:00:00.249Z" }, "c"],
	[{ field: "at", lte: "2024-05-01T02:00:00+02:00", gt: "2024-04-30" }, "ab"],
	[{ and: [{ field: "draft", exists: true }, { not: { field: "author", eq: "Ada" } }] }, "b"],
	[{ or: [{ field: "author", eq: "Ada" }, { and: [{ field: "n", lt: 0 }] }] }, "ac"],
	[
		{
			not: {
				or: [
					{ field: "n", exists: true },
					{ field: "tags", exists: true },
				],
			},
		},
		"e",
	],
] as [MetadataFilter, string][])("%j lets through %s", async ([filter, ids]) => {
	expect(await matching(filter)).toBe(ids);
});

describe("is refused", () => {
	test.for([
		["no condition", {}],
		["two tests of one field", { field: "a", eq: 1, ne: 2 }],
		["no test", { field: "a" }],
		["a field that is a path of its own", { field: '$."a"', eq: 1 }],
		["a field with a quote", { field: 'a") OR 1=1 --', eq: 1 }],
		["an empty name", { field: "a..b", eq: 1 }],
		["an object for a value", { field: "a", eq: { b: 1 } }],
		["bounds of two kinds", { field: "a", gt: 1, lt: "2024-01-01" }],
		["two lower bounds", { field: "a", gt: 1, gte: 2 }],
		["a bound that is no date", { field: "a", gt: "soon" }],
		["an unknown operator", { field: "a", like: "%" }],
		["an empty list", { and: [] }],
		["25 conditions", { and: Array.from({ length: 25 }, () => ({ field: "a", eq: 1 })) }],
		["101 values", { field: "a", in: Array.from({ length: 101 }, () => 1) }],
		["what is nested 10,000 deep", Array.from({ length: 10_000 }).reduce((not) => ({ not }), { field: "a", eq: 1 })],
		["text", "author = 'Ada'"],
		["null", null],
	] as [string, unknown][])("%s", ([, filter]) => {
		expect(MetadataFilter.safeParse(filter).success).toBe(false);
	});
});

test("the largest filter that is allowed is not too much for SQLite", async () => {
	const range = { field: "a.b.c.d.e", gt: 1, lte: 2 };
	const nested = { not: { or: [{ not: { and: [{ or: Array.from({ length: 16 }, () => range) }] } }] } };
	expect(await matching({ and: [nested, ...Array.from({ length: 8 }, () => ({ not: range }))] })).toBe("");
});

type Item = string | number | boolean | null;
const values = [null, true, false, 0, 1, 2.5, "", "1", "true", "x'y", "ü"] as const;
const value = fc.constantFrom<Item>(...values);
const field = fc.constantFrom("p", "q", "r");
const rows = fc.array(
	fc.dictionary(field, fc.oneof(value, fc.array(value, { maxLength: 3 })), { maxKeys: 3, noNullPrototype: true }),
	{ minLength: 1, maxLength: 8 },
);
const filters = fc.letrec<{ any: MetadataFilter }>((tie) => ({
	any: fc.oneof(
		{ maxDepth: 3, depthIdentifier: "filter" },
		fc.record({ field, eq: value }, { noNullPrototype: true }),
		fc.record({ field, ne: value }, { noNullPrototype: true }),
		fc.record({ field, in: fc.array(value, { maxLength: 3 }) }, { noNullPrototype: true }),
		fc.record({ field, exists: fc.boolean() }, { noNullPrototype: true }),
		fc.record({ field, gte: fc.constantFrom(0, 1, 2) }, { noNullPrototype: true }),
		fc.record({ and: fc.array(tie("any"), { minLength: 1, maxLength: 2 }) }, { noNullPrototype: true }),
		fc.record({ or: fc.array(tie("any"), { minLength: 1, maxLength: 2 }) }, { noNullPrototype: true }),
		fc.record({ not: tie("any") }, { noNullPrototype: true }),
	),
})).any;

/** What the filter means, in so many words. */
function holds(filter: MetadataFilter, metadata: Record<string, Item | Item[]>): boolean {
	if ("and" in filter) return filter.and.every((one) => holds(one, metadata));
	if ("or" in filter) return filter.or.some((one) => holds(one, metadata));
	if ("not" in filter) return !holds(filter.not, metadata);
	const found = metadata[filter.field];
	if ("exists" in filter) return (found !== undefined) === filter.exists;
	const items = found === undefined ? [] : Array.isArray(found) ? found : [found];
	if ("eq" in filter) return items.includes(filter.eq);
	if ("ne" in filter) return !items.includes(filter.ne);
	if ("in" in filter) return items.some((item) => filter.in.includes(item));
	return items.some((item) => typeof item === "number" && item >= Number(filter.gte));
}

test("any filter lets through what it means", { timeout: 60_000 }, async () => {
	await fc.assert(
		fc.asyncProperty(rows, fc.array(filters, { minLength: 1, maxLength: 5 }), async (rows, filters) => {
			const index = newIndex();
			await put(
				index,
				rows.map((metadata, i) => chunkOf(String(i), { metadata, documentId: `doc_${i}` })),
			);
			for (const filter of filters) {
				const hits = await index.search({ mode: "vector", vector: [1, 0], limit: 100, access: ada, filter });
				const expected = rows.flatMap((metadata, i) => (holds(filter, metadata) ? [String(i)] : []));
				expect(idsOf(hits).toSorted()).toEqual(expected.toSorted());
			}
		}),
		{ numRuns: 80 },
	);
});
