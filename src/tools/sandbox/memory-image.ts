/**
 * An engine's memory as it was, to be put back. Only what may have changed is touched: each page that is touched for the
 * first time costs more than all the work of a small script.
 */

/** The layout of the pinned package: data, then 5 MiB of C stack that grow downwards, then the heap. */
const heapStart = 5_332_960;
const stackBytes = 5 * 2 ** 20;
const dataEnd = heapStart - stackBytes;
/** Where its `sbrk` keeps the end of the heap, which never moves back; behind it nothing was ever written. */
const heapEndAddress = 86_864;
/** Scripts are stopped at half of it. */
const usedStackBytes = 512 * 1024;
const usedStackStart = heapStart - usedStackBytes;
/** What has come so far has gone beyond. */
const guardBytes = 65_536;

export class MemoryImage {
	readonly #length: number;
	readonly #data: Uint8Array;
	/** The end of the stack, and the heap. */
	readonly #upper: Uint8Array;

	constructor(memory: Uint8Array) {
		this.#length = memory.length;
		this.#data = memory.slice(0, dataEnd);
		this.#upper = memory.slice(usedStackStart, heapEnd(memory));
	}

	/** False where it cannot be put back: the memory has grown, or the stack was used deeper than a script can. */
	restore(memory: Uint8Array): boolean {
		if (memory.length !== this.#length || !isZero(memory.subarray(usedStackStart - guardBytes, usedStackStart))) {
			return false;
		}
		const end = heapEnd(memory);
		memory.set(this.#data);
		memory.set(this.#upper, usedStackStart);
		memory.fill(0, usedStackStart + this.#upper.length, end);
		return true;
	}
}

/** How many bytes the heap has ever had. */
export function heapBytes(memory: Uint8Array): number {
	return heapEnd(memory) - heapStart;
}

function heapEnd(memory: Uint8Array): number {
	return new DataView(memory.buffer).getUint32(heapEndAddress, true);
}

/** By the platform's own comparison, which reads many bytes at a time. */
function isZero(bytes: Uint8Array): boolean {
	return Buffer.compare(bytes, new Uint8Array(bytes.length)) === 0;
}
