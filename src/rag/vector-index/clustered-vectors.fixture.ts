/** Vectors as embeddings are, gathered around topics, that a seed repeats: for tests and benchmarks. */

export interface ClusteredOptions {
	dimensions: number;
	clusters: number;
	/** How far the vectors of a topic lie from its centre, whose length is 1. */
	spread: number;
	seed: number;
}

/** Makes the `n`th vector of a family, always the same. */
export function clusteredVectors({ dimensions, clusters, spread, seed }: ClusteredOptions) {
	const centres = Array.from({ length: clusters }, (_, i) => gaussian(dimensions, mix(seed, i + 1)));
	return (n: number): Float32Array => {
		const centre = centres[mix(seed ^ 0x5bd1e995, n) % clusters]!;
		const vector = gaussian(dimensions, mix(seed ^ 0x27d4eb2f, n));
		for (let i = 0; i < dimensions; i++) vector[i] = centre[i]! + vector[i]! * spread;
		return vector;
	};
}

/** Of an expected length of 1: sums of uniform numbers, which are as good as normal ones here and made faster. */
function gaussian(dimensions: number, seed: number): Float32Array {
	const vector = new Float32Array(dimensions);
	const scale = Math.sqrt(3 / dimensions) / 2 ** 31;
	let state = seed;
	for (let i = 0; i < dimensions; i++) {
		let sum = 0;
		for (let j = 0; j < 4; j++) {
			state ^= state << 13;
			state ^= state >>> 17;
			state ^= state << 5;
			sum += state;
		}
		vector[i] = (sum / 2) * scale;
	}
	return vector;
}

/** A number other than zero, well mixed from two. */
function mix(a: number, b: number): number {
	let mixed = Math.imul(a ^ (b + 0x9e3779b9), 0x85ebca6b);
	mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35 ^ b);
	return (mixed ^ (mixed >>> 13)) >>> 0 || 1;
}
