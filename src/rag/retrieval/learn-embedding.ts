/**
 * Learns the local embedding from texts of an index: latent semantic analysis, by subspace iteration from a fixed
 * start, so that the same texts always give the same map.
 *
 * The work is cut into slices of some ten milliseconds: an object that learns can answer between them. Time grows with
 * the features in the texts, memory with the texts and the words; both end at `mostTexts`, of which a large index gives
 * a sample.
 */
import { addHashedDirection } from "./hashed-direction.ts";
import { hashOf, randomBits } from "./hash.ts";
import { inverseFactor, productOfColumns, timesMatrix } from "./dense.ts";
import { type EmbeddingState, featureCount, hashedShare, LocalEmbedding, localDimensions } from "./local-embedding.ts";
import { collectPostings, type Postings } from "./postings.ts";

/** More add nothing that was measured: a fifth of the texts of a collection teaches nearly as well as all. */
export const mostTexts = 2_048;
/** The others stay free for what comes later. */
const mostAxes = 320;
/** Each brings the subspace closer to the best one. Measured from 1 to 3: nearly the same. */
const iterations = 1;
const multiplicationsASlice = 8_000_000;

/** Whether it is time to learn again: often while that is cheap, then at each doubling, so that the cost stays flat. */
export function isOutgrown(learntFrom: number, texts: number): boolean {
	return texts < mostTexts / 4 ? texts >= learntFrom * 1.25 + 1 : texts >= learntFrom * 2;
}

/** To the end at once. */
export function learnEmbedding(texts: readonly string[]): LocalEmbedding {
	const learning = learnInSlices(texts);
	for (;;) {
		const { done, value } = learning.next();
		if (done) return value;
	}
}

/** Yields between slices. Of more than `mostTexts` texts it takes as many, evenly spread. */
export function* learnInSlices(texts: readonly string[]): Generator<void, LocalEmbedding> {
	const postings = yield* collectPostings(sampled(texts));
	const axes = Math.min(mostAxes, postings.texts);
	let subspace = randomMatrix(postings.texts, axes);
	for (let i = 0; i < iterations; i++) {
		const image = yield* correlate(postings, subspace, axes);
		subspace = timesMatrix(image, inverseFactor(productOfColumns(image, image, axes), axes), axes);
		yield;
	}
	const image = yield* correlate(postings, subspace, axes);
	const coefficients = timesMatrix(subspace, orthonormalising(subspace, image, axes), axes);
	yield;
	return new LocalEmbedding(yield* mapFeatures(postings, coefficients, axes));
}

function sampled(texts: readonly string[]): readonly string[] {
	if (texts.length <= mostTexts) return texts;
	return Array.from({ length: mostTexts }, (_, i) => texts[Math.floor((i * texts.length) / mostTexts)]!);
}

/**
 * What makes of the columns of AᵀY an orthonormal basis: R⁻¹, where RᵀR = YᵀAAᵀY. It is turned at random, so that no axis
 * tells more than another: an index that looks at signs first loses half as much.
 */
function orthonormalising(subspace: Float64Array, image: Float64Array, axes: number): Float64Array {
	const random = randomMatrix(axes, axes);
	const rotation = timesMatrix(random, inverseFactor(productOfColumns(random, random, axes), axes), axes);
	return timesMatrix(inverseFactor(productOfColumns(subspace, image, axes), axes), rotation, axes);
}

/** `AAᵀY`, where a row of A is a text and a column a feature. */
function* correlate(postings: Postings, matrix: Float64Array, columns: number): Generator<void, Float64Array> {
	const image = new Float64Array(matrix.length);
	const row = new Float64Array(columns);
	let multiplications = 0;
	for (let feature = 0; feature < postings.features; feature++) {
		postings.gather(feature, matrix, row);
		postings.scatter(feature, row, image);
		multiplications += 2 * columns * postings.frequency(feature);
		if (multiplications < multiplicationsASlice) continue;
		multiplications = 0;
		yield;
	}
	return image;
}

/**
 * The rows of the map: what a feature is along the axes, and in the free dimensions its hash, less what the axes tell of
 * it. So the texts that were learnt from lie within the axes, as far as these reach.
 */
function* mapFeatures(postings: Postings, coefficients: Float64Array, axes: number): Generator<void, EmbeddingState> {
	const { texts, words } = postings;
	const free = localDimensions - axes;
	const told = hashesAlongAxes(postings, coefficients, axes);
	yield;
	const rows = featureCount(words.length);
	const state = {
		texts,
		axes,
		words,
		rarities: postings.rarities,
		scales: new Float32Array(rows),
		map: new Int8Array(rows * localDimensions),
	};
	const along = new Float64Array(axes);
	const across = new Float64Array(free);
	const row = new Float64Array(localDimensions);
	let multiplications = 0;
	for (let feature = 0; feature < rows; feature++) {
		postings.gather(feature, coefficients, along);
		postings.gather(feature, told, across);
		row.fill(0);
		row.set(along);
		addHashedDirection(row, axes, localDimensions, postings.hash(feature), hashedShare);
		for (let i = 0; i < free; i++) row[axes + i] = row[axes + i]! - hashedShare * across[i]!;
		state.scales[feature] = quantise(row, state.map, feature * localDimensions);
		multiplications += localDimensions * (postings.frequency(feature) + 1);
		if (multiplications < multiplicationsASlice) continue;
		multiplications = 0;
		yield;
	}
	return state;
}

/** `C(Cᵀ(AΩ))`, where a row of Ω is the hashed direction of a feature. */
function hashesAlongAxes(postings: Postings, coefficients: Float64Array, axes: number): Float64Array {
	const free = localDimensions - axes;
	const hashed = new Float64Array(postings.texts * free);
	const direction = new Float64Array(free);
	for (let feature = 0; feature < postings.features; feature++) {
		if (postings.frequency(feature) === 0) continue;
		direction.fill(0);
		addHashedDirection(direction, 0, free, postings.hash(feature), 1);
		postings.scatter(feature, direction, hashed);
	}
	return timesMatrix(coefficients, productOfColumns(coefficients, hashed, axes), axes);
}

/** Writes the row in 8 bits and returns what a unit is worth. */
function quantise(row: Float64Array, map: Int8Array, offset: number): number {
	let largest = 0;
	for (const value of row) largest = Math.max(largest, Math.abs(value));
	if (largest === 0) return 0;
	for (let i = 0; i < row.length; i++) map[offset + i] = Math.round((row[i]! * 127) / largest);
	return largest / 127;
}

function randomMatrix(rows: number, columns: number): Float64Array {
	const seed = hashOf("subspace");
	return Float64Array.from({ length: rows * columns }, (_, i) => randomBits(seed, i) / 2 ** 31 - 1);
}
