import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refusalOf } from "#core/refusal-of.fixture";
import type { Access, Metadata } from "#rag/vector-index/chunk";
import { ada, admin, bob, chunkOf, idsOf, newIndex, put } from "#rag/vector-index/index.fixture";
import type { MetadataFilter } from "#rag/vector-index/metadata-filter";
import { findStore, newStore, storeTypes, surroundings, vectorOf } from "./stores.fixture.ts";
import type { NearestQuestion, VectorStore } from "./vector-store.ts";

const found = Object.fromEntries(
	await Promise.all(storeTypes.map(async (type) => [type, await findStore(type)] as const)),
);

describe.each(storeTypes)("%s", (type) => {
	const at = found[type]!;
	const it = test.skipIf("missing" in at);
	const filters = test.skipIf("missing" in at || type === "vectorize");

	async function preparedStore(): Promise<VectorStore> {
		const store = newStore(type, "url" in at ? at.url : "");
		await store.prepare();
		return store;
	}

	async function nearest(store: VectorStore, question: Partial<NearestQuestion> = {}): Promise<string[]> {
		const hits = await store.nearest({ vector: [1, 0, 0], limit: 100, access: ada, ...question });
		return hits.map(({ id }) => id);
	}

	async function visible(store: VectorStore, access: Access): Promise<string[]> {
		return (await nearest(store, { access })).toSorted();
	}

	it("finds the nearest first, with their cosines", async () => {
		const store = await preparedStore();
		await store.upsert([
			vectorOf("back", { vector: [-3, 0, 0] }),
			vectorOf("same", { vector: [0.5, 0, 0] }),
			vectorOf("across", { vector: [0, 7, 0] }),
			vectorOf("half", { vector: [1, 1, 0] }),
		]);
		const hits = await store.nearest({ vector: Float32Array.of(2, 0, 0), limit: 10, access: ada });
		expect(hits).toEqual([
			{ id: "same", score: expect.closeTo(1, 5) },
			{ id: "half", score: expect.closeTo(Math.SQRT1_2, 5) },
			{ id: "across", score: expect.closeTo(0, 5) },
			{ id: "back", score: expect.closeTo(-1, 5) },
		]);
		expect(await nearest(store, { limit: 2 })).toEqual(["same", "half"]);
	});

	it("has what was written last, and writing twice is writing once", async () => {
		const store = await preparedStore();
		const changed = vectorOf("a", { vector: [0, 1, 0], ownerId: bob.userId });
		for (let i = 0; i < 2; i++) await store.upsert([vectorOf("a"), vectorOf("b"), vectorOf("c"), changed]);
		expect(await visible(store, admin)).toEqual(["a", "b", "c"]);
		expect(await nearest(store, { vector: [0, 1, 0], limit: 1, access: bob })).toEqual(["a"]);
		expect((await nearest(store)).toSorted()).toEqual(["b", "c"]);
		await store.remove(["b", "c"]);
		expect(await visible(store, admin)).toEqual(["a"]);
		await store.upsert([]);
		await store.prepare();
		expect(await visible(store, admin)).toEqual(["a"]);
	});

	it("lets each find what is theirs or shared, however much else is nearer", async () => {
		const store = await preparedStore();
		const others = Array.from({ length: 300 }, (_, i) =>
			vectorOf(`other ${i}`, { ownerId: "usr_carl", vector: [1, i / 300, (i % 7) / 7] }),
		);
		await store.upsert([
			...others,
			vectorOf("hers", { vector: [-1, 0.1, 0] }),
			vectorOf("his", { vector: [-1, 0, 0.1], ownerId: bob.userId }),
			vectorOf("everyone's", { vector: [-1, 0.1, 0.1], ownerId: bob.userId, shared: true }),
		]);
		expect(await visible(store, ada)).toEqual(["everyone's", "hers"]);
		expect(await visible(store, bob)).toEqual(["everyone's", "his"]);
		expect(await visible(store, { userId: "usr_eve", isAdmin: false })).toEqual(["everyone's"]);
		expect(await visible(store, { userId: '" OR 1=1 --\\', isAdmin: false })).toEqual(["everyone's"]);
		expect(await nearest(store, { access: admin })).toHaveLength(100);
		await store.upsert([vectorOf("everyone's", { ownerId: bob.userId })]);
		expect(await visible(store, ada)).toEqual(["hers"]);
	});

	it("gives vectors back, of length 1", async () => {
		const store = await preparedStore();
		const id = 'a"{b}\\&?=c';
		await store.upsert([vectorOf(id, { vector: [3, 0, 4] }), vectorOf("b"), vectorOf("c", { vector: [0, -2, 0] })]);
		const vectors = await store.vectors([id, "c", "missing", "c"]);
		expect([...vectors.keys()].toSorted()).toEqual([id, "c"].toSorted());
		expect([...vectors.get(id)!]).toEqual([0.6, 0, 0.8].map((value) => expect.closeTo(value, 5)));
		expect([...vectors.get("c")!]).toEqual([0, -1, 0].map((value) => expect.closeTo(value, 5)));
		expect(await store.vectors([])).toEqual(new Map());
		await store.erase();
		expect(await store.vectors([id])).toEqual(new Map());
	});

	it("removes what it is told and nothing else", async () => {
		const store = await preparedStore();
		const ids = Array.from({ length: 11 }, (_, i) => `a${i}`);
		await store.upsert([...ids, "odd \"{}\\', id", "b"].map((id) => vectorOf(id)));
		for (let i = 0; i < 2; i++) await store.remove([...ids, ...ids, "odd \"{}\\', id", "of nobody"]);
		expect(await visible(store, admin)).toEqual(["b"]);
		await store.remove([]);
		expect(await visible(store, admin)).toEqual(["b"]);
	});

	it("gives back and removes any number of chunks", async () => {
		const store = await preparedStore();
		const ids = Array.from({ length: 1_050 }, (_, i) => `c${i}`);
		await store.upsert([...ids, "other"].map((id) => vectorOf(id)));
		expect([...(await store.vectors(ids)).keys()].toSorted()).toEqual(ids.toSorted());
		await store.remove(ids);
		expect(await visible(store, admin)).toEqual(["other"]);
	});

	it("keeps indexes apart and erases one alone", async () => {
		const [one, other] = [await preparedStore(), await preparedStore()];
		await one.upsert([vectorOf("a")]);
		await other.upsert([vectorOf("b")]);
		expect([await visible(one, admin), await visible(other, admin)]).toEqual([["a"], ["b"]]);
		for (let i = 0; i < 2; i++) await one.erase();
		expect([await visible(one, admin), await visible(other, admin)]).toEqual([[], ["b"]]);
		await one.remove(["a"]);
		await one.prepare();
		await one.upsert([vectorOf("c")]);
		expect(await visible(one, admin)).toEqual(["c"]);
	});

	it.for([
		["of other dimensions", [1, 2]],
		["zero", [0, 0, 0]],
		["not finite", [1, Number.NaN, 0]],
	] as const)("refuses a vector that is %s, and changes nothing", async ([, vector]) => {
		const store = await preparedStore();
		const upsert = store.upsert([vectorOf("good"), vectorOf("bad", { vector })]);
		expect(await refusalOf(upsert)).toMatchObject({ code: "invalid_input" });
		expect(await refusalOf(nearest(store, { vector }))).toMatchObject({ code: "invalid_input" });
		expect(await visible(store, admin)).toEqual([]);
	});

	it("finds what any number of chunks and of results are", async () => {
		const store = await preparedStore();
		const vectors = Array.from({ length: 1_000 }, (_, i) => vectorOf(`c${i}`, { vector: [1, i / 1_000, 0] }));
		await store.upsert(vectors);
		const most = type === "vectorize" ? 100 : 500;
		expect(await nearest(store, { limit: 500 })).toEqual(vectors.slice(0, most).map(({ id }) => id));
	});

	filters("forgets what a chunk no longer is", async () => {
		const store = await preparedStore();
		await store.upsert([vectorOf("a", { metadata: { year: 2020, draft: true } })]);
		await store.upsert([vectorOf("a", { metadata: { year: 2021 } })]);
		expect(await nearest(store, { filter: { field: "year", lt: 2021 } })).toEqual([]);
		expect(await nearest(store, { filter: { field: "draft", exists: true } })).toEqual([]);
		expect(await nearest(store, { filter: { field: "year", gte: 2021 } })).toEqual(["a"]);
	});

	filters("lets through what the built-in store does", { timeout: 120_000 }, async () => {
		const store = await preparedStore();
		const index = newIndex();
		const rows: [string, Metadata][] = Object.entries(type === "chroma" ? single : { ...single, ...lists });
		await store.upsert(rows.map(([id, metadata]) => vectorOf(id, { metadata })));
		await put(
			index,
			rows.map(([id, metadata]) => chunkOf(id, { metadata, documentId: `doc_${id}` })),
		);

		const compare = async (filter: MetadataFilter) => {
			const expected = await index.search({ mode: "vector", vector: [1, 0], limit: 100, access: ada, filter });
			expect((await nearest(store, { filter })).toSorted(), JSON.stringify(filter)).toEqual(idsOf(expected).toSorted());
		};
		for (const condition of conditions) {
			await compare(condition);
			await compare({ not: condition });
		}
		await fc.assert(fc.asyncProperty(anyFilter, compare), { numRuns: 60 });
	});
});

test.each(["weaviate", "pinecone", "vectorize"] as const)(
	"%s is sent a few requests for vectors at once",
	async (type) => {
		const { url } = found[type] as { url: string };
		let [open, most] = [0, 0];
		const counting: typeof fetch = async (...asked) => {
			most = Math.max(most, ++open);
			try {
				return await surroundings(url).fetch(...asked);
			} finally {
				open--;
			}
		};
		const store = newStore(type, url, { fetch: counting });
		await store.prepare();
		const ids = Array.from({ length: 400 }, (_, i) => `c${i}`);
		await store.upsert(ids.map((id) => vectorOf(id)));
		expect((await store.vectors(ids)).size).toBe(400);
		expect(most).toBe(6);
	},
);

test("Chroma is asked for 300 vectors at once, and told to remove as many", async () => {
	const asked: [string, number][] = [];
	const answering: typeof fetch = async (input, init) => {
		const verb = String(input).split("/").at(-1)!;
		if (init?.method === "GET") return Response.json({ id: crypto.randomUUID() });
		const { ids } = JSON.parse(String(init?.body)) as { ids: string[] };
		asked.push([verb, ids.length]);
		return Response.json({ ids, embeddings: ids.map(() => [1, 0, 0]) });
	};
	const store = newStore("chroma", "http://127.0.0.1:1", { fetch: answering });
	const ids = Array.from({ length: 350 }, (_, i) => `c${i}`);
	expect((await store.vectors(ids)).size).toBe(350);
	await store.remove(ids);
	expect(asked).toEqual([
		["get", 300],
		["get", 50],
		["delete", 300],
		["delete", 50],
	]);
});

const single: Record<string, Metadata> = {
	a: { n: 1, year: 2020, author: "Ada", tags: ["x", "y"], at: "2024-05-01", deep: { er: 1 }, draft: true },
	b: { n: 1.5, year: "2020", author: "Bob", tags: ["y"], at: "2024-05-01T00:30:00+02:00", draft: false },
	c: { n: -3, author: null, tags: [], at: "2024-05-01T12:00:00.250Z", deep: { er: "1" } },
	d: { n: [7, 7], author: 'ada"\\', at: "yesterday", "a.b": 1, "odd key!": 2 },
	e: {},
	f: { n: 0, year: 1e300, tags: [null, true, "x", 3], at: "2024-02-30T24:00" },
	g: { n: -1e-300, year: [], author: "", at: ["1969-12-31 23:59:59", "no date"], deep: { er: [1, "2"] } },
};
/** What Chroma takes no part in. */
const lists: Record<string, Metadata> = {
	h: { n: [5, 50], at: ["2024-01-01", "2025-01-01T00:00:00.001Z"] },
	i: { n: [-1, 0, 1, "2"], deep: { er: [0.1, 0.2, 0.30000000000000004] } },
};

const conditions: MetadataFilter[] = [
	{ field: "author", eq: "Ada" },
	{ field: "author", eq: 'ada"\\' },
	{ field: "author", eq: "" },
	{ field: "author", ne: "Ada" },
	{ field: "author", eq: null },
	{ field: "author", in: ["Ada", "Bob", null, 7] },
	{ field: "author", in: [] },
	{ field: "author", exists: true },
	{ field: "author", exists: false },
	{ field: "deep", exists: true },
	{ field: "deep", eq: 1 },
	{ field: "deep.er", eq: 1 },
	{ field: "deep.er", in: ["1", 2] },
	{ field: "deep.er", gt: 0.1, lt: 0.30000000000000004 },
	{ field: "a.b", exists: true },
	{ field: "year", eq: 2020 },
	{ field: "year", eq: "2020" },
	{ field: "year", gte: 2020 },
	{ field: "n", eq: -0 },
	{ field: "n", in: [1.5, 50] },
	{ field: "n", gt: 1 },
	{ field: "n", gte: -3, lt: 1.5 },
	// One item has to lie between both.
	{ field: "n", gt: 5, lt: 50 },
	{ field: "n", gt: 5, lt: 5 },
	{ field: "n", lt: 0 },
	{ field: "n", gt: -1e-300, lte: 0 },
	{ field: "draft", eq: true },
	{ field: "draft", eq: 1 },
	{ field: "draft", in: [true, 0] },
	{ field: "tags", eq: "y" },
	{ field: "tags", ne: "x" },
	{ field: "tags", eq: null },
	{ field: "tags", gte: 3 },
	{ field: "at", gte: "2024-05-01" },
	{ field: "at", lt: "2024-05-01" },
	{ field: "at", gt: "2024-05-01T12:00:00.249Z" },
	{ field: "at", lte: "2024-05-01T02:00:00+02:00", gt: "2024-04-30" },
	{ field: "at", gt: "2024-03-01" },
	{ field: "at", gt: "2024-01-01", lt: "2025-01-01T00:00:00.001Z" },
	{ field: "at", lt: "1970-01-01" },
	{ and: [{ field: "draft", exists: true }, { not: { field: "author", eq: "Ada" } }] },
	{ or: [{ field: "author", eq: "Ada" }, { and: [{ field: "n", lt: 0 }] }] },
];

const anyFilter = fc.letrec<{ any: MetadataFilter }>((tie) => ({
	any: fc.oneof(
		{ maxDepth: 4, depthIdentifier: "filter" },
		fc.constantFrom(...conditions),
		fc.record({ and: fc.array(tie("any"), { minLength: 1, maxLength: 3 }) }, { noNullPrototype: true }),
		fc.record({ or: fc.array(tie("any"), { minLength: 1, maxLength: 3 }) }, { noNullPrototype: true }),
		fc.record({ not: tie("any") }, { noNullPrototype: true }),
	),
})).any;
