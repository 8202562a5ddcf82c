/** Random numbers that a seed repeats (mulberry32), so that a failed fault test can be run again. */
export interface SeededRandom {
	/** From `from` to `to`, both included. */
	integer(from: number, to: number): number;
	oneOf<T>(items: readonly [T, ...T[]]): T;
}

export function seededRandom(seed: number): SeededRandom {
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const integer = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
	return { integer, oneOf: (items) => items[integer(0, items.length - 1)] ?? items[0] };
}
