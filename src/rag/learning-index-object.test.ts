/** The index that learns its own embedding. */
import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { newToken } from "#core/ids";
import { LazyTables } from "#run/lazy-tables";
import { LearntEmbeddings } from "./learnt-embeddings.ts";
import { batchOf } from "./vector-index/chunk-batch.ts";
import { ada } from "./vector-index/index.fixture.ts";
import { chunkOf, inIndex } from "./rag.fixture.ts";

afterEach(() => vi.restoreAllMocks());

describe("an index that learns", () => {
	const name = () => newToken();
	const vectorOf = async (index: string, text: string) =>
		await inIndex(index, async (instance) => await instance.find({ mode: "vector", text, limit: 3, access: ada }));

	test("gives what was written meanwhile its own vectors, also in the slots of what was removed", async () => {
		const index = name();
		const subjects = ["owls", "trains", "bread", "glaciers", "sonnets", "turbines"];
		const texts = (prefix: string) =>
			Array.from(
				{ length: 100 },
				(_, i) => `${prefix} number ${i} is about ${subjects[i % 6]} and item${prefix}${i} of list ${i * 7}.`,
			);
		const [old, fresh] = [texts("alpha"), texts("omega")];
		await inIndex(index, async (instance, { storage }) => {
			await instance.write(old.slice(0, 10).map((text, i) => chunkOf(`old:${i}`, text, "doc_old")));
			await instance.write(old.map((text, i) => chunkOf(`old:${i}`, text, "doc_old")));
			const learning = instance.alarm();
			const begun = () => {
				const query = "SELECT count(*) AS n FROM next_vectors";
				return storage.sql.exec<{ n: number }>(query).one().n;
			};
			while (begun() === 0) await scheduler.wait(0);
			await instance.removeDocument("doc_old");
			await instance.write(fresh.map((text, i) => chunkOf(`new:${i}`, text, "doc_new")));
			await learning;
		});
		const best = await Promise.all(
			fresh.slice(0, 50).map(async (text) => {
				const [first] = await vectorOf(index, `note.txt ${text}`);
				return first!.chunk.text === text && first!.score > 0.99;
			}),
		);
		expect(best.filter((isItself) => !isItself)).toEqual([]);
	}, 30_000);

	test("looks at all of it, not at what came first", async () => {
		const index = name();
		await inIndex(index, async (instance) => {
			for (let from = 0; from < 3_000; from += 500) {
				const chunks = Array.from({ length: 500 }, (_, i) => chunkOf(`c:${from + i}`, `Text ${from + i}.`));
				const vectors = chunks.map((_, i) => [1, i + 1]);
				await instance.upsert(batchOf(chunks, vectors));
			}
			const rows = (instance as unknown as { rows: { sample(most: number): { slot: number }[] } }).rows;
			expect(rows.sample(2_048).at(-1)!.slot).toBeGreaterThan(2_900);
		});
	}, 30_000);

	test("learns from what it has now, where what it had was removed", async () => {
		const index = name();
		const words = (prefix: string) => Array.from({ length: 40 }, (_, i) => `${prefix}${i} ${prefix}${i + 1} ${prefix}`);
		await inIndex(index, async (instance) => {
			await instance.write(words("alpha").map((text, i) => chunkOf(`old:${i}`, text, "doc_old")));
			await instance.removeDocument("doc_old");
			await instance.write(words("omega").map((text, i) => chunkOf(`new:${i}`, text, "doc_new")));
			await instance.alarm();
		});
		const known = await inIndex(index, (_, { storage }) =>
			storage.sql
				.exec<{ bytes: ArrayBuffer }>("SELECT bytes FROM learnt_embedding")
				.toArray()
				.map(({ bytes }) => new TextDecoder("latin1").decode(bytes))
				.join(""),
		);
		expect({ old: known.includes("alpha1\n"), now: known.includes("omega1\n") }).toEqual({ old: false, now: true });
	}, 30_000);

	test("tries again by itself where learning has failed", async () => {
		const index = name();
		await inIndex(index, async (instance, { storage }) => {
			await instance.write(Array.from({ length: 5 }, (_, i) => chunkOf(`a:${i}`, `First text ${i}.`)));
			await instance.write(Array.from({ length: 20 }, (_, i) => chunkOf(`b:${i}`, `Second text ${i}.`)));
			await storage.deleteAlarm();
			const failing = instance as unknown as { replaceVectors?: () => void };
			failing.replaceVectors = () => {
				throw new Error("The disk was busy.");
			};
			await instance.alarm();
			delete failing.replaceVectors;
			expect(await storage.getAlarm()).not.toBeNull();
		});
	}, 30_000);

	test("finds by keywords, and learns again, where another version has written what it learnt", async () => {
		const index = name();
		await inIndex(index, async (instance, { storage }) => {
			await instance.write([chunkOf("a:0", "Owls hunt mice."), chunkOf("a:1", "Trains run late.")]);
			const query = "SELECT bytes FROM learnt_embedding WHERE piece = 0";
			const { bytes } = storage.sql.exec<{ bytes: ArrayBuffer }>(query).one();
			new Uint32Array(bytes, 0, 1)[0] = 0;
			storage.sql.exec("UPDATE learnt_embedding SET bytes = ? WHERE piece = 0", bytes);
		});
		await evictDurableObject(env.VECTOR_INDEX.getByName(index));
		const found = await inIndex(index, async (instance) => {
			const { chunks } = await instance.stats();
			return [chunks, await instance.find({ mode: "hybrid", text: "owls", limit: 3, access: ada })] as const;
		});
		expect(found[0]).toBe(2);
		expect(found[1].map(({ chunk }) => chunk.id)[0]).toBe("a:0");
	}, 30_000);

	test.each<{ what: string; count: number; length: number }>([
		{ what: "written with chunks as large as an index may ask for", count: 128, length: 40_000 },
		{ what: "given other metadata", count: 1_000, length: 2_600 },
	])(
		"gives no statement more than 2 MB when a document is $what",
		async ({ what, count, length }) => {
			const index = name();
			const isChanged = what.startsWith("given");
			const sizes: number[] = [];
			const { change, rows } = LazyTables.prototype;
			const measure = (values: unknown[]) =>
				sizes.push(...values.map((value) => (typeof value === "string" ? value.length : 0)));
			await inIndex(index, async (instance) => {
				const text = "word ".repeat(length / 5);
				const chunks = Array.from({ length: count }, (_, i) => chunkOf(`a:${i}`, `${i} ${text}`));
				if (isChanged) for (let i = 0; i < count; i += 100) await instance.write(chunks.slice(i, i + 100));
				vi.spyOn(LazyTables.prototype, "change").mockImplementation(function (this: LazyTables, ...asked) {
					measure(asked.slice(1));
					change.apply(this, asked);
				});
				vi.spyOn(LazyTables.prototype, "rows").mockImplementation(function (this: LazyTables, ...asked) {
					measure(asked.slice(1));
					return rows.apply(this, asked) as never;
				});
				if (isChanged) await instance.describe("doc_1", { title: "Another", metadata: { a: 1 } });
				else await instance.write(chunks);
			});
			expect(Math.max(...sizes)).toBeLessThanOrEqual(2_000_000);
		},
		60_000,
	);

	test("looks at each vector a few times when it makes all of them anew, however many there are", async () => {
		const count = 5_000;
		const read = await inIndex(name(), async (instance, { storage }) => {
			await instance.write([chunkOf("a:0", "Only for the tables.")]);
			const slots = JSON.stringify(Array.from({ length: count - 1 }, (_, i) => i + 1));
			storage.sql.exec("INSERT INTO vectors SELECT value, x'01000200' FROM json_each(?)", slots);
			const cursors: { rowsRead: number }[] = [];
			const counting = {
				exec(...asked: Parameters<SqlStorage["exec"]>) {
					const cursor = storage.sql.exec(...asked);
					cursors.push(cursor);
					return cursor;
				},
			} as unknown as SqlStorage;
			const learnt = new LearntEmbeddings(counting);
			learnt.prepare();
			for (let missing = learnt.missing(50); missing.length > 0; missing = learnt.missing(50)) {
				learnt.add(missing.map((slot) => ({ slot, code: Int16Array.of(1, 2) })));
			}
			return cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0);
		});
		expect(read).toBeLessThan(20 * count);
	}, 30_000);
});
