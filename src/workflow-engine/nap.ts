/**
 * How a loop waits until something happens or is due. A timer outlives many waits, because to set and clear one for each
 * takes long beside what a step does.
 */

/** Longer than a timer can be is as good as for ever: the object wakes by itself meanwhile. */
const mostMs = 3_600_000;

export class Nap {
	#wake: (() => void) | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** When the timer wakes the loop, Unix milliseconds. */
	#timerAt = Infinity;

	/** At the latest until `dueAt`, Unix milliseconds; it may end before. */
	async until(dueAt: number): Promise<void> {
		this.#setTimer(Math.min(dueAt, Date.now() + mostMs));
		await new Promise<void>((resolve) => (this.#wake = resolve));
		this.#wake = undefined;
	}

	wake(): void {
		this.#wake?.();
	}

	/** Nobody waits any more. */
	end(): void {
		clearTimeout(this.#timer);
		this.#timerAt = Infinity;
	}

	/** Whoever is woken too early looks and waits again. */
	#setTimer(at: number): void {
		if (at >= this.#timerAt) return;
		clearTimeout(this.#timer);
		this.#timerAt = at;
		this.#timer = setTimeout(() => {
			this.#timerAt = Infinity;
			this.wake();
		}, at - Date.now());
	}
}
