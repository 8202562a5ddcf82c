import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { refusalOf } from "#core/refusal-of.fixture";
import { clusteredVectors } from "./vector-index/clustered-vectors.fixture.ts";
import { ada, admin, bob, type ChunkWithVector, chunkOf, idsOf, newIndex, put } from "./vector-index/index.fixture.ts";
import { IndexMemory } from "./vector-index/index-memory.ts";
import type { VectorIndex } from "./vector-index-object.ts";

type Index = DurableObjectStub<VectorIndex>;

afterEach(() => vi.restoreAllMocks());

async function nearest(index: Index, vector: number[] | Float32Array, access = ada, limit = 10): Promise<string[]> {
	return idsOf(await index.search({ mode: "vector", vector, limit, access }));
}

async function matching(index: Index, text: string, access = ada, limit = 10): Promise<string[]> {
	return idsOf(await index.search({ mode: "keyword", text, limit, access }));
}

describe("search", () => {
	test("by vector is by cosine, whatever the length", async () => {
		const index = newIndex();
		await put(index, [
			chunkOf("near", { vector: [900, 100] }),
			chunkOf("far", { vector: [-1, 0] }),
			chunkOf("middle", { vector: [0.001, 0.001] }),
		]);
		const hits = await index.search({ mode: "vector", vector: [5, 0], limit: 10, access: ada });
		expect(idsOf(hits)).toEqual(["near", "middle", "far"]);
		expect(hits.map(({ score }) => score)).toEqual([
			expect.closeTo(0.99388, 4),
			expect.closeTo(Math.SQRT1_2, 4),
			expect.closeTo(-1, 4),
		]);
		expect(
			idsOf(await index.search({ mode: "vector", vector: [5, 0], limit: 10, access: ada, minScore: 0.7 })),
		).toEqual(["near", "middle"]);
	});

	test("gives a chunk back as it was put in", async () => {
		const index = newIndex();
		const { vector, ...chunk } = chunkOf("a", {
			title: "Of \0 and \ud800",
			text: "Zero \0 ends nothing, nor does half a pair \ud83d.",
			metadata: { tags: ["x", "y"], year: 1999, "a.b": null, deep: { er: true } },
			start: 7,
			end: 53,
			page: 3,
			pageEnd: 5,
			parent: { start: 0, end: 900 },
			shared: true,
		});
		await put(index, [{ ...chunk, vector }]);
		const [found] = await index.chunks(["a"], bob);
		const wellFormed = { title: chunk.title.toWellFormed(), text: chunk.text.toWellFormed() };
		expect(found).toEqual({ ...chunk, ...wellFormed });
		expect(found?.text).toHaveLength(chunk.text.length);
		expect(await matching(index, "nothing", bob)).toEqual(["a"]);
	});

	test("by keyword is by BM25, with word forms, and scores above 0", async () => {
		const index = newIndex();
		await put(index, [
			chunkOf("often", { text: "Owls hunt. An owl hunts mice; the owl is a hunter." }),
			chunkOf("once", {
				text: "Of all birds that live in the woods and hunt at night, the owl is the one that hears best.",
			}),
			chunkOf("titled", { title: "Owls", text: "They fly." }),
			chunkOf("never", { text: "Mice eat grain." }),
		]);
		const hits = await index.search({ mode: "keyword", text: "hunting owls", limit: 10, access: ada });
		expect(idsOf(hits)[0]).toBe("often");
		expect(idsOf(hits).toSorted()).toEqual(["often", "once", "titled"]);
		expect(hits.every(({ score }) => score > 0)).toBe(true);
		expect(await matching(index, "hunting owls", ada, 1)).toEqual(["often"]);
	});

	test("both in one call are what each is alone", async () => {
		const index = newIndex();
		await put(index, [chunkOf("a", { text: "one" }), chunkOf("b", { text: "two", vector: [0, 1] })]);
		const both = await index.searchBoth({ vector: [0, 1], text: "one", limit: 10, access: ada });
		expect([idsOf(both.vector), idsOf(both.keyword)]).toEqual([["b", "a"], ["a"]]);
	});

	test("of an index that is empty, was emptied or erased finds nothing, and any dimensions may come next", async () => {
		const index = newIndex();
		expect([await nearest(index, [1, 2, 3]), await matching(index, "word")]).toEqual([[], []]);
		await put(index, [chunkOf("a", { text: "word" })]);
		expect(await index.removeDocument("doc_1")).toBe(1);
		expect([await nearest(index, [1, 2, 3]), await matching(index, "word")]).toEqual([[], []]);
		await put(index, [chunkOf("b", { text: "word", vector: [1, 2, 3] })]);
		await index.erase();
		expect(await index.stats()).toMatchObject({ chunks: 0, documents: 0, dimensions: 0, memoryBytes: 0 });
		await put(index, [chunkOf("c", { vector: [1, 2, 3, 4] })]);
		expect(await nearest(index, [1, 2, 3, 4])).toEqual(["c"]);
	});
});

test.for([
	["NaN", [1, Number.NaN]],
	["infinite", [1, Infinity]],
	["zero", [0, -0]],
	["of one dimension", [1]],
	["of 4,097 dimensions", Array.from({ length: 4_097 }, () => 1)],
	["of other dimensions than the index", [1, 2, 3]],
] as const)("a vector that is %s is refused, to store and to search, and changes nothing", async ([, vector]) => {
	const index = newIndex();
	await put(index, [chunkOf("a")]);
	const upsert = put(index, [chunkOf("good"), chunkOf("bad", { vector: [...vector] })]);
	expect(await refusalOf(upsert)).toMatchObject({ code: "invalid_input" });
	expect(await refusalOf(put(index, [chunkOf("bad", { vector: [...vector] })]))).toMatchObject({
		code: "invalid_input",
	});
	expect(await refusalOf(nearest(index, [...vector]))).toMatchObject({ code: "invalid_input" });
	expect(await nearest(index, [1, 0])).toEqual(["a"]);
});

test("the smallest and the largest numbers have a direction", async () => {
	const index = newIndex();
	await put(index, [
		chunkOf("tiny", { vector: Float32Array.of(1e-45, 0) }),
		chunkOf("huge", { vector: Float32Array.of(3e38, 3e38) }),
	]);
	expect(await nearest(index, [1e-300, 1e-310])).toEqual(["tiny", "huge"]);
});

test.for([0, 1_001, 1.5, Number.NaN])("a limit of %d is refused", async (limit) => {
	const index = newIndex();
	expect(await refusalOf(nearest(index, [1, 0], ada, limit))).toMatchObject({ code: "invalid_input" });
	expect(await refusalOf(matching(index, "word", ada, limit))).toMatchObject({ code: "invalid_input" });
});

describe("access", () => {
	test("is a part of every question", async () => {
		const index = newIndex();
		const text = "secret plans";
		await put(index, [
			chunkOf("hers", { text, documentId: "d", start: 1 }),
			chunkOf("his", { text, documentId: "d", start: 2, ownerId: bob.userId }),
			chunkOf("everyone's", { text, documentId: "d", start: 3, ownerId: bob.userId, shared: true }),
		]);
		for (const [access, seen] of [
			[ada, ["everyone's", "hers"]],
			[bob, ["everyone's", "his"]],
			[{ userId: "usr_eve", isAdmin: false }, ["everyone's"]],
			[admin, ["everyone's", "hers", "his"]],
		] as const) {
			expect((await nearest(index, [1, 0], access)).toSorted()).toEqual(seen);
			expect((await matching(index, text, access)).toSorted()).toEqual(seen);
			expect(
				idsOf((await index.chunks(["hers", "his", "everyone's"], access)).map((chunk) => ({ chunk }))).toSorted(),
			).toEqual(seen);
			const [around] = await index.neighbours(["everyone's"], 5, access);
			expect(around!.before.map(({ id }) => id).toSorted()).toEqual(seen.slice(1));
		}
		expect(await index.neighbours(["his"], 5, ada)).toEqual([]);
	});

	test("and a filter that lets little through still give as many as are asked for", async () => {
		const index = newIndex();
		const vectorOf = clusteredVectors({ dimensions: 300, clusters: 5, spread: 1, seed: 3 });
		for (let from = 0; from < 6_000; from += 1_000) {
			await put(
				index,
				Array.from({ length: 1_000 }, (_, i) =>
					chunkOf(`c${from + i}`, {
						vector: vectorOf(from + i),
						text: "word",
						documentId: `doc_${from + i}`,
						ownerId: (from + i) % 500 === 0 ? bob.userId : ada.userId,
						metadata: { n: from + i },
					}),
				),
			);
		}
		expect(await nearest(index, vectorOf(-1), bob)).toHaveLength(10);
		expect(await matching(index, "word", bob)).toHaveLength(10);
		const filter = { field: "n", gte: 5_001, lt: 5_021 };
		for (const question of [
			{ mode: "vector" as const, vector: vectorOf(-1) },
			{ mode: "keyword" as const, text: "word" },
		]) {
			const hits = await index.search({ ...question, limit: 10, access: ada, filter });
			expect(hits).toHaveLength(10);
			expect(hits.every(({ chunk }) => Number(chunk.metadata.n) >= 5_001 && Number(chunk.metadata.n) < 5_021)).toBe(
				true,
			);
		}
	});
});

test("neighbours are those next to a chunk in its document, in its order", async () => {
	const index = newIndex();
	await put(index, [
		...[5, 3, 1, 4, 2].map((n) => chunkOf(`p${n}`, { start: n * 100, metadata: { page: n } })),
		chunkOf("other", { documentId: "doc_2", start: 250 }),
	]);
	const around = await index.neighbours(["p3", "p1", "missing"], 2, ada);
	const ids = new Map(
		around.map(({ id, before, after }) => [id, [before, after].map((list) => list.map(({ id }) => id))]),
	);
	expect(ids.get("p3")).toEqual([
		["p1", "p2"],
		["p4", "p5"],
	]);
	expect(ids.get("p1")).toEqual([[], ["p2", "p3"]]);
	expect(ids.size).toBe(2);
});

describe("upsert", () => {
	test("puts a chunk in the place of the one with its id, all of it, and twice is once", async () => {
		const index = newIndex();
		await put(index, [chunkOf("a", { text: "old words", metadata: { v: 1 } }), chunkOf("b", { vector: [0, 1] })]);
		const changed = chunkOf("a", { text: "new words", vector: [0, -1], documentId: "doc_2", metadata: { v: 2 } });
		for (let i = 0; i < 2; i++) await put(index, [chunkOf("a"), changed]);
		expect([await matching(index, "old"), await matching(index, "new")]).toEqual([[], ["a"]]);
		expect(await nearest(index, [0, -1], ada, 1)).toEqual(["a"]);
		expect(await index.stats()).toMatchObject({ chunks: 2, documents: 2, dimensions: 2 });
		expect(await index.removeDocument("doc_1")).toBe(1);
		expect(await nearest(index, [0, -1])).toEqual(["a"]);
	});

	test("takes 1,000 chunks with the longest vectors, and long texts of any script", async () => {
		const index = newIndex();
		const vector = new Float32Array(4_096).fill(1);
		await put(
			index,
			Array.from({ length: 1_000 }, (_, i) => chunkOf(`c${i}`, { vector })),
		);
		const texts = ["\u0001", "東", "word "].map((text) => text.repeat(100_000 / text.length));
		await put(
			index,
			texts.map((text, i) => chunkOf(`c${i}`, { vector, text })),
		);
		expect(await index.stats()).toMatchObject({ chunks: 1_000, dimensions: 4_096 });
		expect(await matching(index, "東東")).toEqual(["c1"]);
		expect((await index.chunks(["c0"], ada))[0]?.text).toBe(texts[0]);
		const tooLong = chunkOf("c1000", { vector, text: "x".repeat(100_001) });
		expect(await refusalOf(put(index, [tooLong]))).toMatchObject({ code: "payload_too_large" });
	});

	test("takes new chunks and old ones in one write of many statements", async () => {
		const index = newIndex();
		const title = "A long title. ".repeat(1_000);
		const batchOf = (ids: number[], word: string) =>
			ids.map((n) => chunkOf(`c${n}`, { documentId: `doc_${n}`, title: `${title} ${n}`, text: `${word} ${n}` }));
		await put(index, batchOf([0, 7, 21, 39], "first"));
		await put(index, batchOf([...Array(40).keys()], "second"));
		expect(await index.stats()).toMatchObject({ chunks: 40, documents: 40 });
		expect(await matching(index, "first")).toEqual([]);
		for (const n of [0, 1, 7, 20, 21, 39]) {
			expect(await index.chunks([`c${n}`], ada)).toMatchObject([{ title: `${title} ${n}`, text: `second ${n}` }]);
		}
	});

	test("of more than 1,000 chunks is refused", async () => {
		const chunks = Array.from({ length: 1_001 }, (_, i) => chunkOf(`c${i}`));
		expect(await refusalOf(put(newIndex(), chunks))).toMatchObject({ code: "invalid_input" });
	});
});

describe("after a failure", () => {
	/** From here on storage refuses a row in the middle of a batch, when most of it is written. */
	async function breakStorage(index: Index): Promise<void> {
		await runInDurableObject(index, (_, { storage }) => {
			storage.sql.exec(`CREATE TRIGGER broken BEFORE INSERT ON vectors WHEN NEW.slot = 3
				BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END`);
		});
	}

	test.for(["at once", "after an eviction"])("in storage nothing of the batch is there, %s", async (when) => {
		const index = newIndex();
		await put(index, [chunkOf("a", { text: "first" }), chunkOf("b", { text: "first" })]);
		await breakStorage(index);
		const batch = ["a", "c", "d", "e"].map((id) => chunkOf(id, { text: "second", vector: [0, 1] }));
		expect((await refusalOf(put(index, batch))).message).toContain("disk I/O error");
		if (when === "after an eviction") await evictDurableObject(index);
		const hits = await index.search({ mode: "vector", vector: [1, 0], limit: 10, access: ada });
		expect(hits.map(({ chunk, score }) => [chunk.id, chunk.text, score])).toEqual([
			["a", "first", expect.closeTo(1)],
			["b", "first", expect.closeTo(1)],
		]);
		expect(await matching(index, "second")).toEqual([]);
		expect(await index.stats()).toMatchObject({ chunks: 2 });
	});

	test("in memory what storage has is what counts", async () => {
		const index = newIndex();
		await put(index, [chunkOf("a")]);
		vi.spyOn(IndexMemory.prototype, "put").mockImplementationOnce(() => {
			throw new RangeError("no memory");
		});
		expect((await refusalOf(put(index, [chunkOf("b"), chunkOf("c")]))).message).toContain("no memory");
		expect((await nearest(index, [1, 0])).toSorted()).toEqual(["a", "b", "c"]);
	});

	test("of the first batch there is an index as before it", async () => {
		const index = newIndex();
		vi.spyOn(IndexMemory.prototype, "put").mockImplementationOnce(() => {
			throw new RangeError("no memory");
		});
		await refusalOf(put(index, [chunkOf("a")]));
		expect(await nearest(index, [1, 0])).toEqual(["a"]);
	});
});

const documents = ["doc_a", "doc_b", "doc_c"];
const vectors = fc
	.array(fc.integer({ min: -50, max: 50 }), { minLength: 5, maxLength: 5 })
	.filter((v) => v.some(Boolean));
const ours = { noNullPrototype: true };
const required = [
	"id",
	"documentId",
	"ownerId",
	"shared",
	"title",
	"text",
	"metadata",
	"start",
	"end",
	"vector",
] as const;
const chunks = fc.record(
	{
		id: fc.integer({ min: 0, max: 25 }).map((n) => `c${n}`),
		documentId: fc.constantFrom(...documents),
		ownerId: fc.constantFrom(ada.userId, bob.userId),
		shared: fc.boolean(),
		title: fc.constantFrom("", "Ünïcode title"),
		text: fc.constantFrom("", "red fox", "blue whale", "red whale"),
		metadata: fc.record({ n: fc.integer({ min: 0, max: 5 }) }, ours),
		start: fc.nat(100),
		end: fc.nat(100),
		page: fc.nat(9),
		pageEnd: fc.nat(9),
		parent: fc.record({ start: fc.nat(9), end: fc.nat(200) }, ours),
		vector: vectors,
	},
	{ ...ours, requiredKeys: [...required] },
);
const changes = fc.array(
	fc.oneof(
		{ weight: 5, arbitrary: fc.record({ upsert: fc.array(chunks, { minLength: 1, maxLength: 8 }) }) },
		{ weight: 2, arbitrary: fc.record({ remove: fc.constantFrom(...documents) }) },
		{ weight: 1, arbitrary: fc.record({ evict: fc.constant(true) }) },
	),
	{ minLength: 1, maxLength: 12 },
);

test("after any changes it finds what a list of all chunks would", { timeout: 60_000 }, async () => {
	await fc.assert(
		fc.asyncProperty(
			changes,
			vectors,
			fc.integer({ min: 0, max: 6 }),
			fc.integer({ min: 1, max: 30 }),
			async (history, query, n, limit) => {
				const index = newIndex();
				const model = new Map<string, ChunkWithVector>();
				for (const change of history) {
					if ("upsert" in change) {
						await put(index, change.upsert);
						for (const chunk of change.upsert) model.set(chunk.id, chunk);
					} else if ("remove" in change) {
						const removed = [...model.values()].filter(({ documentId }) => documentId === change.remove);
						expect(await index.removeDocument(change.remove)).toBe(removed.length);
						for (const { id } of removed) model.delete(id);
					} else {
						// What does not run cannot be evicted.
						await index.stats();
						await evictDurableObject(index);
					}
				}
				const visible = [...model.values()].filter(
					({ ownerId, shared, metadata }) => (ownerId === bob.userId || shared) && Number(metadata.n) < n,
				);
				const filter = { field: "n", lt: n };
				const hits = await index.search({ mode: "vector", vector: query, limit, access: bob, filter });
				const scores = visible.map(({ vector }) => cosineOf(query, [...vector])).toSorted((a, b) => b - a);
				expect(hits.map(({ score }) => score)).toEqual(scores.slice(0, limit).map((score) => expect.closeTo(score, 4)));
				for (const { chunk, score } of hits) {
					const { vector, ...rest } = model.get(chunk.id)!;
					expect(chunk).toEqual(rest);
					expect(score).toBeCloseTo(cosineOf(query, [...vector]), 4);
				}
				const words = await index.search({ mode: "keyword", text: "red", limit: 100, access: bob, filter });
				expect(idsOf(words).toSorted()).toEqual(
					visible
						.filter(({ text }) => text.includes("red"))
						.map(({ id }) => id)
						.toSorted(),
				);
				const documentIds = new Set([...model.values()].map(({ documentId }) => documentId));
				expect(await index.stats()).toMatchObject({ chunks: model.size, documents: documentIds.size });
			},
		),
		{ numRuns: 60 },
	);
});

test.for([
	["clusters", { dimensions: 384, clusters: 100, spread: 0.7 }, 0],
	["a few large clusters", { dimensions: 384, clusters: 5, spread: 0.7 }, 0],
	["clusters far from the origin", { dimensions: 384, clusters: 100, spread: 0.7 }, 0.1],
	["few dimensions", { dimensions: 24, clusters: 100, spread: 0.7 }, 0],
] as const)(
	"of 10,000 vectors in %s it finds 98 % of the ten nearest",
	{ timeout: 60_000 },
	async ([, shape, shift]) => {
		const index = newIndex();
		const made = clusteredVectors({ ...shape, seed: 11 });
		const vectorOf = (n: number) => made(n).map((value) => value + shift);
		const vectors = Array.from({ length: 10_000 }, (_, n) => vectorOf(n));
		for (let from = 0; from < vectors.length; from += 1_000) {
			const batch = vectors.slice(from, from + 1_000);
			await put(
				index,
				batch.map((vector, i) => chunkOf(`c${from + i}`, { vector })),
			);
		}
		const lengths = vectors.map((vector) => Math.hypot(...vector));
		let found = 0;
		for (let n = 0; n < 20; n++) {
			const query = vectorOf(20_000 + n);
			const order = vectors.map((vector, i) => ({ id: `c${i}`, score: productOf(query, vector) / lengths[i]! }));
			const exact = order.toSorted((a, b) => b.score - a.score).slice(0, 10);
			const answer = await nearest(index, query);
			found += exact.filter(({ id }) => answer.includes(id)).length;
		}
		expect(found / 200).toBeGreaterThanOrEqual(0.98);
	},
);

function productOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
	return sum;
}

function cosineOf(a: number[], b: number[]): number {
	return productOf(a, b) / Math.sqrt(productOf(a, a) * productOf(b, b));
}

test("an index that an earlier version made takes what this one writes", async () => {
	const index = newIndex();
	await put(index, [chunkOf("old", { text: "Owls." })]);
	await runInDurableObject(index, (_, { storage }) => storage.sql.exec("ALTER TABLE chunks DROP COLUMN page_end"));
	await evictDurableObject(index);
	await put(index, [chunkOf("new", { text: "Owls again.", page: 3, pageEnd: 4 })]);
	const [old, later] = await index.chunks(["old", "new"], ada);
	expect(old).toMatchObject({ text: "Owls." });
	expect(later).toMatchObject({ text: "Owls again.", page: 3, pageEnd: 4 });
});
