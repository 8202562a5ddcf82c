import fc from "fast-check";
import { expect, test } from "vitest";
import { Bitmap } from "./bitmap.ts";
import { clusteredVectors } from "./clustered-vectors.fixture.ts";
import { nearestSlots } from "./nearest-slots.ts";
import { PackedVectors } from "./packed-vectors.ts";
import { cosine, encodeVector, unitVector } from "./unit-vector.ts";

function packed(vectors: Map<number, Float32Array>, dimensions: number): { packed: PackedVectors; wanted: Bitmap } {
	const packed = new PackedVectors(dimensions);
	const wanted = new Bitmap();
	for (const [slot, vector] of vectors) {
		packed.put(slot, encodeVector(vector));
		wanted.add(slot);
	}
	return { packed, wanted };
}

test("codes agree with float32 to five digits", () => {
	const vectorOf = clusteredVectors({ dimensions: 384, clusters: 3, spread: 1, seed: 1 });
	for (let n = 0; n < 200; n++) {
		const [query, unit] = [unitVector(vectorOf(1_000 + n)), unitVector(vectorOf(n))];
		const exact = query.reduce((sum, value, i) => sum + value * unit[i]!, 0);
		expect(Math.abs(cosine(query, encodeVector(unit)) - exact)).toBeLessThan(1e-5);
	}
});

test.for([2, 15, 16, 17, 255, 256, 257, 384, 1_000, 4_096])(
	"a vector of %d dimensions is nearest to itself, wherever it lies",
	(dimensions) => {
		const vectorOf = clusteredVectors({ dimensions, clusters: 4, spread: 1, seed: dimensions });
		const slots = [0, 31, 32, 1_023, 1_024, 2_050];
		const vectors = new Map(slots.map((slot) => [slot, vectorOf(slot)]));
		const { packed: all, wanted } = packed(vectors, dimensions);
		for (const [slot, vector] of vectors) expect(nearestSlots(all, unitVector(vector), wanted, 1)[0]).toBe(slot);
	},
);

test("by their bits as well as by their bytes", () => {
	const vectorOf = clusteredVectors({ dimensions: 257, clusters: 60, spread: 0.5, seed: 5 });
	const vectors = new Map(Array.from({ length: 5_000 }, (_, n) => [n, vectorOf(n)]));
	const { packed: all, wanted } = packed(vectors, 257);
	for (const n of [0, 1_023, 1_024, 4_999]) {
		const query = unitVector(vectors.get(n)!);
		const found = nearestSlots(all, query, wanted, 20);
		expect(found[0]).toBe(n);
		const scores = found.map((slot) => cosine(query, encodeVector(vectors.get(slot)!)));
		for (const [i, score] of scores.entries()) expect(score).toBeGreaterThan((scores[i + 1] ?? -1) - 0.01);
		wanted.delete(n);
		expect(nearestSlots(all, query, wanted, 20)).not.toContain(n);
	}
});

test("what bytes cannot tell from the last result comes with it", () => {
	const vectorOf = clusteredVectors({ dimensions: 384, clusters: 1, spread: 0.05, seed: 3 });
	const vectors = new Map(Array.from({ length: 5_000 }, (_, n) => [n, vectorOf(n)]));
	const { packed: all, wanted } = packed(vectors, 384);
	for (const n of [5_001, 5_002, 5_003, 5_004]) {
		const query = unitVector(vectorOf(n));
		const scoreOf = (slot: number) => cosine(query, encodeVector(vectors.get(slot)!));
		const best = (slots: Iterable<number>) => [...slots].toSorted((a, b) => scoreOf(b) - scoreOf(a)).slice(0, 5);
		expect(best(nearestSlots(all, query, wanted, 5))).toEqual(best(vectors.keys()));
	}
});

test("where more vectors are alike than can be looked at it still answers", () => {
	const same = new Float32Array(300).fill(1);
	const vectors = new Map(Array.from({ length: 6_000 }, (_, n) => [n, same]));
	const { packed: all, wanted } = packed(vectors, 300);
	const found = nearestSlots(all, unitVector(same), wanted, 50);
	expect(new Set(found).size).toBe(found.length);
	expect(found.length).toBeGreaterThanOrEqual(50);
});

test("behind thousands that are alike the nearest is found as well", () => {
	const vectorOf = clusteredVectors({ dimensions: 384, clusters: 1, spread: 1, seed: 8 });
	const same = vectorOf(-1);
	const vectors = new Map(Array.from({ length: 5_100 }, (_, n) => [n, n < 5_000 ? same : vectorOf(n)]));
	const { packed: all, wanted } = packed(vectors, 384);
	for (let n = 5_000; n < 5_100; n++) {
		expect(nearestSlots(all, unitVector(vectors.get(n)!), wanted, 10)[0]).toBe(n);
	}
});

test("of any set of slots the wanted ones come, the best first", () => {
	const slot = fc.integer({ min: 0, max: 3_000 });
	fc.assert(
		fc.property(
			fc.uniqueArray(slot, { maxLength: 60 }),
			fc.array(slot),
			fc.integer({ min: 1, max: 70 }),
			(put, gone, results) => {
				const vectorOf = clusteredVectors({ dimensions: 8, clusters: 20, spread: 1, seed: 9 });
				const { packed: all, wanted } = packed(new Map(put.map((slot) => [slot, vectorOf(slot)])), 8);
				for (const slot of gone.filter((slot) => wanted.has(slot))) {
					all.clear(slot);
					wanted.delete(slot);
				}
				const left = put.filter((slot) => !gone.includes(slot));
				expect([...wanted.slots()]).toEqual(left.toSorted((a, b) => a - b));
				const query = unitVector(vectorOf(-1));
				const found = nearestSlots(all, query, wanted, results);
				expect(found.length).toBeGreaterThanOrEqual(Math.min(results, left.length));
				const scoresOf = (slots: number[]) =>
					slots.map((slot) => cosine(query, encodeVector(vectorOf(slot)))).toSorted((a, b) => b - a);
				const best = scoresOf(left).slice(0, results);
				expect(scoresOf(found).slice(0, results)).toEqual(best.map((score) => expect.closeTo(score, 2)));
			},
		),
	);
});
