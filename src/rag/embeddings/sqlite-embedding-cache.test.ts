import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { newToken } from "#core/ids";
import { SqliteEmbeddingCache } from "./sqlite-embedding-cache.ts";

const hour = 3_600_000;
/** Of a vector of three dimensions. */
const vectorBytes = 12;

afterEach(() => vi.restoreAllMocks());

/** An object whose SQLite the caches of a test are in; each call of `use` opens one anew. */
function storage(mostVectors = 100) {
	const object = env.VECTOR_INDEX.getByName(newToken());
	const use = async <Result>(work: (cache: SqliteEmbeddingCache, sql: SqlStorage) => Promise<Result>) =>
		await runInDurableObject(object, async (_, { storage: { sql } }) =>
			work(new SqliteEmbeddingCache(sql, mostVectors * vectorBytes), sql),
		);
	return { use, evict: () => evictDurableObject(object) };
}

function entry(key: string, first = 1) {
	return { key, vector: new Float32Array([first, 0.1, -1e-30]) };
}

async function keysIn(cache: SqliteEmbeddingCache, keys: string[]): Promise<string[]> {
	return [...(await cache.get(keys)).keys()].toSorted();
}

describe("SqliteEmbeddingCache", () => {
	it("gives back to the bit what was put in, also after the object was evicted", async () => {
		const { use, evict } = storage();
		await use((cache) => cache.put([entry("a", 1), entry("b", 2)]));
		await evict();
		const found = await use((cache) => cache.get(["b", "none", "a"]));
		expect(found).toEqual(new Map([entry("a", 1), entry("b", 2)].map(({ key, vector }) => [key, vector])));
	});

	it("leaves nothing behind where nothing was put", async () => {
		await storage().use(async (cache, sql) => {
			expect(await cache.get(["a"])).toEqual(new Map());
			await cache.put([]);
			expect(sql.exec("SELECT name FROM sqlite_master WHERE name LIKE 'embeddings%'").toArray()).toEqual([]);
		});
	});

	it("keeps only the part of a larger buffer that is the vector", async () => {
		const shared = new Float32Array([9, 9, 1, 2, 3, 9]);
		const found = await storage().use(async (cache) => {
			await cache.put([{ key: "a", vector: shared.subarray(2, 5) }]);
			return await cache.get(["a"]);
		});
		expect([...found.get("a")!]).toEqual([1, 2, 3]);
	});

	it("takes thousands of keys at once", async () => {
		const keys = Array.from({ length: 5_000 }, (_, index) => `key ${index}`);
		const found = await storage(5_000).use(async (cache) => {
			await cache.put(keys.map((key) => entry(key)));
			return await cache.get(keys);
		});
		expect(found.size).toBe(5_000);
	});

	it("drops those that came first when there are too many, and counts what it had before", async () => {
		const { use, evict } = storage(3);
		await use((cache) => cache.put([entry("a"), entry("b"), entry("c")]));
		await evict();
		await use(async (cache) => {
			await cache.put([entry("c"), entry("d"), entry("e")]);
			expect(await keysIn(cache, ["a", "b", "c", "d", "e"])).toEqual(["c", "d", "e"]);
			await cache.put([entry("f")]);
			expect(await keysIn(cache, ["a", "b", "c", "d", "e", "f"])).toEqual(["d", "e", "f"]);
		});
	});

	it("holds nothing that is larger than all it may", async () => {
		await storage(3).use(async (cache) => {
			await cache.put([{ key: "a", vector: new Float32Array(10) }]);
			expect(await keysIn(cache, ["a"])).toEqual([]);
			await cache.put([entry("b"), entry("c"), entry("d")]);
			expect(await keysIn(cache, ["b", "c", "d"])).toEqual(["b", "c", "d"]);
		});
	});

	it("keeps what is used", async () => {
		const now = vi.spyOn(Date, "now").mockReturnValue(0);
		await storage(2).use(async (cache) => {
			await cache.put([entry("a"), entry("b")]);
			now.mockReturnValue(hour);
			await cache.get(["a"]);
			await cache.put([entry("c")]);
			expect(await keysIn(cache, ["a", "b", "c"])).toEqual(["a", "c"]);
		});
	});

	it("counts anew what there is, once it was told to forget what it knew", async () => {
		await storage(2).use(async (cache, sql) => {
			await cache.put([entry("a"), entry("b")]);
			sql.exec("DROP TABLE embeddings");
			cache.forget();
			expect(await keysIn(cache, ["a", "b"])).toEqual([]);
			await cache.put([entry("c"), entry("d")]);
			expect(await keysIn(cache, ["c", "d"])).toEqual(["c", "d"]);
		});
	});

	it("is told so by the object of ingestions whose work was undone", async () => {
		const forget = vi.spyOn(SqliteEmbeddingCache.prototype, "forget");
		const object = env.INGESTIONS.getByName(newToken()) as unknown as DurableObjectStub<never>;
		await runInDurableObject(object, (instance) => (instance as unknown as { undone(): void }).undone());
		expect(forget).toHaveBeenCalledOnce();
	});

	it("does not write for every read", async () => {
		const now = vi.spyOn(Date, "now").mockReturnValue(0);
		await storage().use(async (cache, sql) => {
			await cache.put([entry("a")]);
			const used = () => sql.exec("SELECT used_at FROM embeddings").one()["used_at"];
			now.mockReturnValue(hour - 1);
			await cache.get(["a"]);
			expect(used()).toBe(0);
			now.mockReturnValue(hour);
			await cache.get(["a"]);
			expect(used()).toBe(hour);
		});
	});
});
