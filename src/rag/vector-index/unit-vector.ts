/**
 * Directions, since cosine is all that is compared. They are kept in 16-bit integers relative to their largest
 * component: half the bytes of float32, and a cosine that agrees with it to five digits.
 */
import { AppError } from "#core/errors";
import scanModule from "./scan.wasm";

interface Exports {
	memory: WebAssembly.Memory;
	encode(from: number, end: number, to: number): number;
}

const fewestDimensions = 2;
const mostDimensions = 4_096;
const codesAt = mostDimensions * 4;
const wasm = new WebAssembly.Instance(scanModule).exports as unknown as Exports;
const numbers = new Float32Array(wasm.memory.buffer, 0, mostDimensions);
const codes = new Int16Array(wasm.memory.buffer, codesAt, mostDimensions);

/** `invalid_input` for a vector that has no direction. */
export function encodeVector(vector: ArrayLike<number>): Int16Array<ArrayBuffer> {
	const code = new Int16Array(vector.length);
	encodeInto(code, vector);
	return code;
}

/** The same, into what has its length. */
export function encodeInto(code: Int16Array, vector: ArrayLike<number>): void {
	checkLength(vector);
	const end = Math.ceil(vector.length / 8) * 8;
	if (vector.length < end) numbers.fill(0, vector.length, end);
	numbers.set(vector);
	checkPeak(wasm.encode(0, end * 4, codesAt));
	code.set(codes.subarray(0, code.length));
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
	checkLength(vector);
	let peak = 0;
	let sum = 0;
	for (let i = 0; i < vector.length; i++) {
		const size = Math.abs(vector[i] as number);
		if (size > peak) peak = size;
		sum += size;
	}
	// NaN goes unnoticed in comparisons, and not in sums.
	checkPeak(Number.isNaN(sum) ? sum : peak);
	return peak;
}

function checkLength({ length }: ArrayLike<number>): void {
	if (length >= fewestDimensions && length <= mostDimensions) return;
	throw new AppError("invalid_input", `A vector has ${fewestDimensions} to ${mostDimensions} dimensions.`);
}

function checkPeak(peak: number): void {
	if (peak > 0 && peak < Infinity) return;
	throw new AppError("invalid_input", "A vector has finite components, not all of them zero.");
}
