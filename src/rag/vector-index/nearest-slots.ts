/**
 * Which vectors may be nearest to a query. A scan over the bits of all puts them into a rough order; by that order
 * their bytes are looked at, until the latter half of those looked at has brought up nothing better. What is left is in
 * an order that is right but for near ties, which come with it.
 */
import type { Bitmap } from "./bitmap.ts";
import { mostListed, mostWeight, type PackedVectors, segmentSlots, tableBytes } from "./packed-vectors.ts";
import { TopScores } from "./top-scores.ts";

/** How many are looked at first. */
const leastAtFirst = 128;
const atFirstPerResult = 4;
/** A query this many standard deviations from the mean of a dimension is as far as can be. */
const farDeviations = 3;
const queryScale = 32_767;
/** Three standard deviations of what rounding to bytes does to the difference of two products with a unit vector. */
const blurredBy = 3 * Math.sqrt(2 / 12);
const mostTies = 16;

/** So many of the wanted slots, the best first, and up to 16 more that bytes cannot tell from the last of them. */
export function nearestSlots(vectors: PackedVectors, unit: Float32Array, wanted: Bitmap, results: number): number[] {
	const top = new TopScores(results + mostTies);
	writeQuery(vectors, unit);
	if (vectors.bitBytes > 0 && wanted.count > mostListed) scoreLikely(vectors, unit, wanted, top, results);
	else scoreAll(vectors, wanted, top);
	const slots = top.slots(results, 0);
	const last = slots.at(-1);
	return last === undefined ? [] : top.slots(results, queryScale * blurredBy * vectors.inverseNorm(last));
}

/** In 16 bits, so that what is lost are the vectors' own; the sums stay below 2³¹ at 4,096 dimensions. */
function writeQuery({ shorts, dimensions, codeBytes, scratch }: PackedVectors, unit: Float32Array): void {
	const at = scratch.query / 2;
	for (let i = 0; i < dimensions; i++) shorts[at + i] = unit[i]! * queryScale;
	shorts.fill(0, at + dimensions, at + codeBytes);
}

function scoreAll(vectors: PackedVectors, wanted: Bitmap, top: TopScores): void {
	let count = 0;
	for (const slot of wanted.slots()) {
		vectors.integers[vectors.scratch.list / 4 + count++] = slot;
		if (count < mostListed) continue;
		score(vectors, count, top);
		count = 0;
	}
	score(vectors, count, top);
}

function scoreLikely(
	vectors: PackedVectors,
	unit: Float32Array,
	wanted: Bitmap,
	top: TopScores,
	results: number,
): void {
	const { wasm, from, stride, scratch } = vectors;
	writeMasks(vectors, wanted);
	const farthest = writeTables(vectors, unit);
	const bins = vectors.integers.subarray(scratch.histogram / 4, scratch.histogram / 4 + farthest + 1);
	bins.fill(0);
	const end = from + vectors.segments * stride;
	wasm.distances(from, end, stride, scratch.tables, scratch.tables + vectors.bitBytes * tableBytes, scratch.histogram);
	const least = Math.max(leastAtFirst, results * atFirstPerResult);
	let looked = 0;
	for (let bin = 0, kept = 1; kept > 0 && bin < bins.length;) {
		const atOnce = Math.max(least, looked);
		let [next, count] = [bin, 0];
		while (count < atOnce && next < bins.length) count += bins[next++]!;
		kept = scoreBetween(vectors, [bin, next - 1], count, top);
		looked += count;
		bin = next;
	}
}

/** Of `count` slots whose distances lie between two; returns how many of them are among the best now. */
function scoreBetween(vectors: PackedVectors, [least, largest]: [number, number], count: number, top: TopScores) {
	const { wasm, from, segments, stride, scratch } = vectors;
	const atOnce = count <= mostListed ? segments : mostListed / segmentSlots;
	let kept = 0;
	for (let segment = 0; segment < segments; segment += atOnce) {
		const [begin, end] = [segment, Math.min(segment + atOnce, segments)].map((place) => from + place * stride);
		const first = segment * segmentSlots;
		kept += score(vectors, wasm.collect(begin!, end!, stride, least, largest, first, scratch.list), top);
	}
	return kept;
}

/**
 * What each value of four bits adds to a distance: a bit on the other side of the mean than the query weighs more the
 * farther the query lies from it. Returns the largest distance.
 */
function writeTables({ bytes, floats, dimensions, bitBytes, scratch }: PackedVectors, unit: Float32Array): number {
	const means = scratch.means / 4;
	let squares = 0;
	for (let i = 0; i < dimensions; i++) squares += (unit[i]! - floats[means + i]!) ** 2;
	const deviation = Math.sqrt(squares / dimensions) || 1;
	const scale = mostWeight / (farDeviations * deviation);
	let farthest = 0;
	for (let nibble = 0; nibble < bitBytes * 2; nibble++) {
		const table = scratch.tables + nibble * (tableBytes / 2);
		bytes[table] = 0;
		for (let bit = 0; bit < 4; bit++) {
			const i = nibble * 4 + bit;
			const fromMean = i < dimensions ? unit[i]! - floats[means + i]! : 0;
			const weight = Math.min(mostWeight, (Math.abs(fromMean) * scale + 0.5) | 0);
			farthest += weight;
			const [clear, set] = fromMean > 0 ? [weight, 0] : [0, weight];
			for (let value = 0; value < 1 << bit; value++) {
				bytes[table + value + (1 << bit)] = bytes[table + value]! + set;
				bytes[table + value]! += clear;
			}
		}
	}
	return farthest;
}

function writeMasks({ integers, from, segments, stride }: PackedVectors, { words }: Bitmap): void {
	for (let segment = 0; segment < segments; segment++) {
		const mask = (from + segment * stride) / 4;
		const part = words.subarray(segment * 32, segment * 32 + 32);
		integers.fill(0, mask + part.length, mask + 32);
		integers.set(part, mask);
	}
}

/** Of those listed; returns how many of them are among the best now. */
function score(vectors: PackedVectors, count: number, top: TopScores): number {
	const { wasm, from, stride, codesAt, rowBytes, integers, floats, scratch } = vectors;
	wasm.score(from, stride, codesAt, rowBytes, scratch.list, count, scratch.query, scratch.scores);
	return top.offer(integers.subarray(scratch.list / 4), floats.subarray(scratch.scores / 4), count);
}
