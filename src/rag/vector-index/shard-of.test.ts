import fc from "fast-check";
import { expect, test } from "vitest";
import { chunkOf } from "./index.fixture.ts";
import { allShards, type Generations, grown, mergeHits, roomOf, shardOf } from "./shard-of.ts";

test("a document's shard is one of the newest, always the same", () => {
	fc.assert(
		fc.property(fc.string(), fc.integer({ min: 1, max: 9 }), (id, count) => {
			const generations: Generations = [2, count];
			expect(shardOf(id, generations)).toBe(shardOf(id, generations));
			expect(allShards(generations).slice(2)).toContain(shardOf(id, generations));
		}),
	);
});

test("documents spread evenly", () => {
	const counts = new Map<string, number>();
	for (let i = 0; i < 8_000; i++) {
		const shard = shardOf(`doc_${i}`, [8]);
		counts.set(shard, (counts.get(shard) ?? 0) + 1);
	}
	expect([...counts.values()].every((count) => count > 900 && count < 1_100)).toBe(true);
	expect(counts.size).toBe(8);
});

test("an index grows by as many shards as it has, once the newest are full, and keeps the old", () => {
	const room = roomOf(384);
	expect(grown([1], room - 1, 384)).toEqual([1]);
	expect(grown([1], room, 384)).toEqual([1, 1]);
	expect(grown([1, 1], room, 384)).toEqual([1, 1, 2]);
	expect(grown([1, 1, 2], 2 * room - 1, 384)).toEqual([1, 1, 2]);
	expect(allShards([1, 1, 2])).toEqual(["0.0", "1.0", "2.0", "2.1"]);
});

test("a shard has room for 100,000 chunks, for fewer where their vectors are long", () => {
	expect([roomOf(2), roomOf(384)]).toEqual([100_000, 100_000]);
	expect(roomOf(4_096)).toBeLessThan(15_000);
});

test("what shards found is merged by score", () => {
	const hit = (id: string, score: number) => ({ chunk: chunkOf(id), score });
	const merged = mergeHits([[hit("b", 2), hit("d", 0.5)], [], [hit("a", 3), hit("c", 1)]], 3);
	expect(merged.map(({ chunk }) => chunk.id)).toEqual(["a", "b", "c"]);
});
