/** What is kept of an index in memory: its vectors for the scan, and for each slot whether it is taken, and by what. */
import { Bitmap } from "./bitmap.ts";
import { PackedVectors } from "./packed-vectors.ts";

export interface StoredVector {
	slot: number;
	sourceId: number;
	/** What `encodeVector` makes. */
	code: Int16Array;
}

const mostSelections = 64;

export class IndexMemory {
	readonly vectors: PackedVectors;
	readonly taken = new Bitmap();
	#sources = new Uint32Array(1_024);
	/** What somebody may see and asked for; the next question is often the same. */
	readonly #selections = new Map<string, Bitmap>();

	constructor(dimensions: number) {
		this.vectors = new PackedVectors(dimensions);
	}

	get bytes(): number {
		return (
			this.vectors.bytes.length + this.#sources.byteLength + (1 + this.#selections.size) * this.taken.words.byteLength
		);
	}

	put({ slot, sourceId, code }: StoredVector): void {
		this.#selections.clear();
		this.vectors.put(slot, code);
		this.taken.add(slot);
		if (slot >= this.#sources.length) {
			const sources = new Uint32Array(Math.max(slot + 1, this.#sources.length * 2));
			sources.set(this.#sources);
			this.#sources = sources;
		}
		this.#sources[slot] = sourceId;
	}

	remove(slots: Iterable<number>): void {
		this.#selections.clear();
		for (const slot of slots) {
			this.vectors.clear(slot);
			this.taken.delete(slot);
		}
	}

	/** The slots of these sources; `key` stands for the question that found them. */
	selection(key: string, sourceIds: () => Iterable<number>): Bitmap {
		const known = this.#selections.get(key);
		if (known) return known;
		const wanted = new Bitmap();
		const sources = new Bitmap();
		for (const id of sourceIds()) sources.add(id);
		for (const slot of this.taken.slots()) if (sources.has(this.#sources[slot]!)) wanted.add(slot);
		if (this.#selections.size >= mostSelections) this.#selections.clear();
		this.#selections.set(key, wanted);
		return wanted;
	}
}
