/**
 * Which vectors may be nearest to a query. A scan over the bits of all puts them into a rough order; by that order their
 * bytes are looked at, so many at a time, until that brings up nothing better. What is left is in an order that is right
 * but for near ties.
 */
import type { Bitmap } from "./bitmap.ts";
import { mostListed, type PackedVectors, scratch } from "./packed-vectors.ts";
import { TopScores } from "./top-scores.ts";

/** How many are looked at before the question whether to go on is asked again: a share of all, and no less than this. */
const leastAtOnce = 400;
const shareAtOnce = 1 / 128;
const atOncePerResult = 4;

/** At most `results` of the wanted slots, the best first. */
export function nearestSlots(vectors: PackedVectors, unit: Float32Array, wanted: Bitmap, results: number): number[] {
	const top = new TopScores(results);
	for (let i = 0; i < vectors.codeBytes; i++) {
		// 16 bits, so that what is lost are the vectors' own; the sums stay below 2³¹ at 4,096 dimensions.
		vectors.shorts[scratch.query / 2 + i] = Math.round((unit[i] ?? 0) * 32_767);
	}
	if (vectors.bitBytes > 0 && wanted.count > mostListed) scoreLikely(vectors, unit, wanted, top, results);
	else scoreAll(vectors, wanted, top);
	return top.slots();
}

function scoreAll(vectors: PackedVectors, wanted: Bitmap, top: TopScores): void {
	let count = 0;
	for (const slot of wanted.slots()) {
		vectors.integers[scratch.list / 4 + count++] = slot;
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
	const { wasm, from, stride, bitBytes } = vectors;
	writeMasks(vectors, wanted);
	writeQueryBits(vectors, unit);
	// The largest distance is that of all bits, each of them counted three times.
	const bins = vectors.integers.subarray(scratch.histogram / 4, scratch.histogram / 4 + bitBytes * 24 + 1);
	bins.fill(0);
	const end = from + vectors.segments * stride;
	wasm.distances(from, end, stride, bitBytes, scratch.queryBits, scratch.heavyBits, scratch.histogram);
	const needed = Math.max(leastAtOnce, results * atOncePerResult, wanted.count * shareAtOnce);
	const atOnce = Math.min(mostListed, needed);
	for (let above = -1, kept = 1; kept > 0 && above < bins.length - 1;) {
		let to = above;
		for (let count = 0; count < atOnce && to < bins.length - 1;) count += bins[++to]!;
		kept = score(vectors, wasm.collect(from, end, stride, above, to, mostListed, scratch.list), top);
		above = to;
	}
}

/** A difference weighs more where the query lies far from the mean. */
function writeQueryBits(vectors: PackedVectors, unit: Float32Array): void {
	const { bytes, floats } = vectors;
	bytes.fill(0, scratch.queryBits, scratch.heavyBits + vectors.bitBytes);
	const fromMean = unit.map((value, i) => value - floats[scratch.means / 4 + i]!);
	const squares = fromMean.reduce((sum, value) => sum + value * value, 0);
	const far = Math.sqrt(squares / unit.length);
	for (let i = 0; i < fromMean.length; i++) {
		const [value, bit] = [fromMean[i]!, 1 << (i & 7)];
		if (value > 0) bytes[scratch.queryBits + (i >>> 3)]! |= bit;
		if (Math.abs(value) > far) bytes[scratch.heavyBits + (i >>> 3)]! |= bit;
	}
}

function writeMasks({ integers, from, segments, stride }: PackedVectors, { words }: Bitmap): void {
	for (let segment = 0; segment < segments; segment++) {
		const mask = (from + segment * stride) / 4;
		for (let i = 0; i < 32; i++) integers[mask + i] = words[segment * 32 + i] ?? 0;
	}
}

/** Of those listed; returns how many of them are among the best now. */
function score(vectors: PackedVectors, count: number, top: TopScores): number {
	const { wasm, from, stride, codesAt, codeBytes, integers, floats } = vectors;
	wasm.score(from, stride, codesAt, codeBytes, scratch.list, count, scratch.query, scratch.scores);
	return top.offer(integers.subarray(scratch.list / 4), floats.subarray(scratch.scores / 4), count);
}
