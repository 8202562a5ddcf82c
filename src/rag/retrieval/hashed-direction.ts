/** The direction of a feature that nothing was learnt of: signs drawn by its hash, nearly orthogonal to any other. */
import { randomBits } from "./hash.ts";

/** Adds a vector of length `weight` to the dimensions of `sum` from `first` on. */
export function addHashedDirection(
	sum: Float32Array | Float64Array,
	first: number,
	end: number,
	hash: number,
	weight: number,
): void {
	const step = weight / Math.sqrt(end - first);
	let bits = 0;
	for (let i = first; i < end; i++) {
		const place = (i - first) & 31;
		if (place === 0) bits = randomBits(hash, (i - first) >>> 5);
		// Nobody foretells a branch that chance decides.
		sum[i] = sum[i]! + step * (((bits >>> place) & 1) * 2 - 1);
	}
}
