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
	wasm.distances(from, end, stride, bitBytes, scratch.queryBits, scratch.histogram);
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
	const means = scratch.means / 4;
	bytes.fill(0, scratch.queryBits, scratch.heavyBits + vectors.bitBytes);
	let squares = 0;
	for (let i = 0; i < unit.length; i++) {
		const fromMean = unit[i]! - floats[means + i]!;
		squares += fromMean * fromMean;
	}
	const far = Math.sqrt(squares / unit.length);
	for (let byte = 0; byte * 8 < unit.length; byte++) {
		let bits = 0;
		let heavy = 0;
		for (let i = byte * 8; i < Math.min(byte * 8 + 8, unit.length); i++) {
			const fromMean = unit[i]! - floats[means + i]!;
			if (fromMean > 0) bits |= 1 << (i & 7);
			if (fromMean > far || fromMean < -far) heavy |= 1 << (i & 7);
		}
		bytes[scratch.queryBits + byte] = bits;
		bytes[scratch.heavyBits + byte] = heavy;
	}
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
	const { wasm, from, stride, codesAt, rowBytes, integers, floats } = vectors;
	wasm.score(from, stride, codesAt, rowBytes, scratch.list, count, scratch.query, scratch.scores);
	return top.offer(integers.subarray(scratch.list / 4), floats.subarray(scratch.scores / 4), count);
}
