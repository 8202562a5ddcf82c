/**
 * The vectors of an index in memory, each there twice: as one bit a dimension, which side of that dimension's mean it
 * lies on, and as one byte a dimension.
 *
 * The means are learnt from the vectors: where all of them point roughly the same way, as those of some models do, they
 * would have the same bits otherwise. All lies in the memory of a WebAssembly instance, whose loops (scan.wat) take a
 * fraction of the time of JavaScript's.
 */
import scanModule from "./scan.wasm";

interface Exports {
	memory: WebAssembly.Memory;
	pack(from: number, to: number, codeBytes: number): number;
	mark(codes: number, bits: number, count: number, inverse: number, means: number): void;
	distances(
		...args: [
			...segments: [from: number, end: number, stride: number],
			...query: [tables: number, tablesEnd: number, histogram: number],
		]
	): void;
	collect(
		...args: [
			...segments: [from: number, end: number, stride: number],
			...distances: [least: number, largest: number],
			...list: [firstSlot: number, out: number],
		]
	): number;
	score(
		...args: [
			...codes: [from: number, stride: number, at: number, rowBytes: number],
			...query: [slots: number, count: number, code: number, out: number],
		]
	): void;
}

/** How many slots a call of `score` may be given. */
export const mostListed = 4_096;
export const segmentSlots = 1_024;

/** What a query may count for a bit that differs: of sixteen bits no more than the 255 that a byte can hold. */
export const mostWeight = 15;
/** Of the look-up tables, for a byte of a row of bits: one for its lower four bits, one for its upper. */
export const tableBytes = 32;

/** Of a segment, as scan.wat has them. */
const blockSlots = 32;
const bitsAt = 2_176;
const normBytes = 16;

/** Of so few dimensions bits say too little, and bytes are scanned as fast. */
const fewestBits = 256;
const pageBytes = 65_536;
const meansLearntFrom = 2_048;

/** Where in memory lies what a call is given and gives back; segments begin at its end. */
type Scratch = ReturnType<typeof scratchFor>;

export class PackedVectors {
	readonly dimensions: number;
	readonly wasm = new WebAssembly.Instance(scanModule).exports as unknown as Exports;
	/** Bytes of a row of bits; 0 where there are none. */
	readonly bitBytes: number;
	readonly codeBytes: number;
	/** Of the codes and their norm. */
	readonly rowBytes: number;
	/** Where in a segment they begin. */
	readonly codesAt: number;
	readonly stride: number;
	readonly scratch: Scratch;
	/** Where the segments begin. */
	readonly from: number;
	segments = 0;
	/** The memory, which moves when it grows. */
	bytes = new Uint8Array(this.wasm.memory.buffer);
	codes = new Int8Array(this.wasm.memory.buffer);
	shorts = new Int16Array(this.wasm.memory.buffer);
	integers = new Uint32Array(this.wasm.memory.buffer);
	floats = new Float32Array(this.wasm.memory.buffer);
	#filled = 0;
	#changed = 0;

	constructor(dimensions: number) {
		this.dimensions = dimensions;
		this.bitBytes = dimensions < fewestBits ? 0 : Math.ceil(dimensions / 16) * 2;
		this.codeBytes = Math.ceil(dimensions / 16) * 16;
		this.codesAt = bitsAt + segmentSlots * this.bitBytes;
		this.rowBytes = normBytes + this.codeBytes;
		this.stride = this.codesAt + segmentSlots * this.rowBytes;
		this.scratch = scratchFor(this);
		this.from = this.scratch.end;
	}

	/** `code` is what `encodeVector` makes. */
	put(slot: number, code: Int16Array): void {
		this.#reach(slot);
		const from = this.scratch.query / 2;
		if (code.length < this.codeBytes) this.shorts.fill(0, from + code.length, from + this.codeBytes);
		this.shorts.set(code, from);
		const squares = this.wasm.pack(this.scratch.query, this.#codesOf(slot), this.codeBytes);
		const norm = this.#normOf(slot);
		if (this.floats[norm] === 0) this.#filled++;
		this.floats[norm] = 1 / Math.sqrt(squares);
		if (this.bitBytes === 0) return;
		this.#mark(slot);
		// Twice as many vectors, or all of them others: the means may be others, too.
		if (++this.#changed >= Math.max(segmentSlots, this.#filled)) this.#learnMeans();
	}

	clear(slot: number): void {
		const norm = this.#normOf(slot);
		if (this.floats[norm] !== 0) this.#filled--;
		this.floats[norm] = 0;
	}

	/** Of the bytes of a vector; 0 for a slot that is free. */
	inverseNorm(slot: number): number {
		return this.floats[this.#normOf(slot)]!;
	}

	#learnMeans(): void {
		this.#changed = 0;
		const filled: number[] = [];
		for (let slot = 0; slot < this.segments * segmentSlots; slot++) {
			if (this.inverseNorm(slot) !== 0) filled.push(slot);
		}
		const step = Math.max(1, Math.floor(filled.length / meansLearntFrom));
		const sums = new Float64Array(this.dimensions);
		let count = 0;
		for (let n = 0; n < filled.length; n += step, count++) {
			const [row, norm] = [this.#codesOf(filled[n]!), this.inverseNorm(filled[n]!)];
			for (let i = 0; i < sums.length; i++) sums[i]! += this.codes[row + i]! * norm;
		}
		for (let i = 0; i < sums.length; i++) this.floats[this.scratch.means / 4 + i] = sums[i]! / count;
		for (const slot of filled) this.#mark(slot);
	}

	#mark(slot: number): void {
		const { segment, row } = this.#placeOf(slot);
		const inBlock = row % blockSlots;
		const bits = segment + bitsAt + (row - inBlock) * this.bitBytes + inBlock;
		this.wasm.mark(this.#codesOf(slot), bits, this.dimensions, this.inverseNorm(slot), this.scratch.means);
	}

	#codesOf(slot: number): number {
		const { segment, row } = this.#placeOf(slot);
		return segment + this.codesAt + row * this.rowBytes + normBytes;
	}

	/** Where in `floats` the inverse of its norm is. */
	#normOf(slot: number): number {
		return (this.#codesOf(slot) - normBytes) / 4;
	}

	#placeOf(slot: number): { segment: number; row: number } {
		const segment = Math.floor(slot / segmentSlots);
		return { segment: this.from + segment * this.stride, row: slot % segmentSlots };
	}

	#reach(slot: number): void {
		if (slot < this.segments * segmentSlots) return;
		this.segments = Math.floor(slot / segmentSlots) + 1;
		const { memory } = this.wasm;
		const missing = this.from + this.segments * this.stride - memory.buffer.byteLength;
		if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
		this.bytes = new Uint8Array(memory.buffer);
		this.codes = new Int8Array(memory.buffer);
		this.shorts = new Int16Array(memory.buffer);
		this.integers = new Uint32Array(memory.buffer);
		this.floats = new Float32Array(memory.buffer);
	}
}

function scratchFor({ dimensions, bitBytes, codeBytes }: PackedVectors) {
	let end = 0;
	const room = (bytes: number) => {
		const at = end;
		end += Math.ceil(bytes / 16) * 16;
		return at;
	};
	return {
		tables: room(bitBytes * tableBytes),
		query: room(codeBytes * 2),
		histogram: room((dimensions * mostWeight + 1) * 4),
		list: room(mostListed * 4),
		scores: room(mostListed * 4),
		means: room(codeBytes * 4),
		end,
	};
}
