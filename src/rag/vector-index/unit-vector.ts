/**
 * Directions, since cosine is all that is compared. They are kept in 16-bit integers relative to their largest
 * component: half the bytes of float32, and a cosine that agrees with it to five digits.
 */
import { AppError } from "#core/errors";

const fewestDimensions = 2;
const mostDimensions = 4_096;
const largest = 32_767;

/** `invalid_input` for a vector that has no direction. */
export function encodeVector(vector: ArrayLike<number>): Int16Array<ArrayBuffer> {
	const scale = largest / peakOf(vector);
	const code = new Int16Array(vector.length);
	for (let i = 0; i < code.length; i++) {
		const value = (vector[i] as number) * scale;
		// An integer array cuts off what is behind the point. Math.round takes far longer.
		code[i] = value < 0 ? value - 0.5 : value + 0.5;
	}
	return code;
}

/** Of length 1. `invalid_input` for a vector that has no direction. */
export function unitVector(vector: ArrayLike<number>): Float32Array<ArrayBuffer> {
	// The largest becomes 1 first, so that neither squares of the huge overflow nor those of the tiny vanish.
	const peak = peakOf(vector);
	const unit = new Float32Array(vector.length);
	let squares = 0;
	for (let i = 0; i < unit.length; i++) {
		const value = (vector[i] as number) / peak;
		unit[i] = value;
		squares += value * value;
	}
	const scale = 1 / Math.sqrt(squares);
	for (let i = 0; i < unit.length; i++) unit[i]! *= scale;
	return unit;
}

export function cosine(unit: Float32Array, code: Int16Array): number {
	let product = 0;
	let squares = 0;
	for (let i = 0; i < unit.length; i++) {
		const value = code[i] as number;
		product += (unit[i] as number) * value;
		squares += value * value;
	}
	return product / Math.sqrt(squares);
}

/** The size of the largest component. */
function peakOf(vector: ArrayLike<number>): number {
	if (vector.length < fewestDimensions || vector.length > mostDimensions) {
		throw new AppError("invalid_input", `A vector has ${fewestDimensions} to ${mostDimensions} dimensions.`);
	}
	let peak = 0;
	let sum = 0;
	for (let i = 0; i < vector.length; i++) {
		const size = Math.abs(vector[i] as number);
		if (size > peak) peak = size;
		sum += size;
	}
	// NaN goes unnoticed in comparisons, and not in sums.
	if (!(peak > 0 && peak < Infinity) || Number.isNaN(sum)) {
		throw new AppError("invalid_input", "A vector has finite components, not all of them zero.");
	}
	return peak;
}
