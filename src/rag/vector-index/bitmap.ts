/** A set of slots, one bit each. */
const wordsPerSegment = 32;

export class Bitmap {
	words = new Uint32Array(wordsPerSegment);
	count = 0;

	has(slot: number): boolean {
		return (((this.words[slot >>> 5] ?? 0) >>> (slot & 31)) & 1) === 1;
	}

	add(slot: number): void {
		if (this.has(slot)) return;
		this.#reach(slot);
		this.words[slot >>> 5]! |= 1 << (slot & 31);
		this.count++;
	}

	delete(slot: number): void {
		if (!this.has(slot)) return;
		this.words[slot >>> 5]! &= ~(1 << (slot & 31));
		this.count--;
	}

	/** In ascending order. */
	*slots(): Generator<number> {
		for (let index = 0; index < this.words.length; index++) {
			for (let word = this.words[index]!; word !== 0; word &= word - 1) {
				yield (index << 5) + 31 - Math.clz32(word & -word);
			}
		}
	}

	/** The lowest slots that are not in the set. */
	missing(count: number): number[] {
		const found: number[] = [];
		for (let index = 0; found.length < count; index++) {
			for (let word = ~(this.words[index] ?? 0); word !== 0 && found.length < count; word &= word - 1) {
				found.push((index << 5) + 31 - Math.clz32(word & -word));
			}
		}
		return found;
	}

	#reach(slot: number): void {
		const needed = (slot >>> 5) + 1;
		if (needed <= this.words.length) return;
		const words = new Uint32Array(Math.max(needed, this.words.length * 2));
		words.set(this.words);
		this.words = words;
	}
}
