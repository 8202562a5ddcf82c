/** The best few of many, in a heap whose root is the worst that is kept. */
export class TopScores {
	readonly #most: number;
	readonly #slots: Uint32Array;
	readonly #scores: Float32Array;
	#count = 0;

	constructor(most: number) {
		this.#most = most;
		this.#slots = new Uint32Array(most);
		this.#scores = new Float32Array(most);
	}

	/** Lists of which the first `count` are meant; returns how many of them were kept. */
	offer(slots: Uint32Array, scores: Float32Array, count: number): number {
		let kept = 0;
		for (let i = 0; i < count; i++) {
			if (this.#count < this.#most) this.#rise(this.#count++, slots[i]!, scores[i]!);
			else if (scores[i]! > this.#scores[0]!) this.#sink(slots[i]!, scores[i]!);
			else continue;
			kept++;
		}
		return kept;
	}

	/** The best first: so many, and those whose scores are at most `reach` below the last of them. */
	slots(most: number, reach: number): number[] {
		const order = Array.from({ length: this.#count }, (_, i) => i);
		const ranked = order.toSorted((a, b) => this.#scores[b]! - this.#scores[a]!);
		const least = (this.#scores[ranked[Math.min(most, ranked.length) - 1] ?? 0] ?? 0) - reach;
		return ranked.filter((place, i) => i < most || this.#scores[place]! >= least).map((place) => this.#slots[place]!);
	}

	/** From the free place `at`. */
	#rise(at: number, slot: number, score: number): void {
		let place = at;
		while (place > 0) {
			const parent = (place - 1) >>> 1;
			if (this.#scores[parent]! <= score) break;
			this.#move(parent, place);
			place = parent;
		}
		this.#slots[place] = slot;
		this.#scores[place] = score;
	}

	/** From the root, which is left out. */
	#sink(slot: number, score: number): void {
		let place = 0;
		for (;;) {
			let child = 2 * place + 1;
			if (child + 1 < this.#count && this.#scores[child + 1]! < this.#scores[child]!) child++;
			if (child >= this.#count || this.#scores[child]! >= score) break;
			this.#move(child, place);
			place = child;
		}
		this.#slots[place] = slot;
		this.#scores[place] = score;
	}

	#move(from: number, to: number): void {
		this.#slots[to] = this.#slots[from]!;
		this.#scores[to] = this.#scores[from]!;
	}
}
