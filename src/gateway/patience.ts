/**
 * How long a request's waits may take, one after the other. One timer serves them all, because to set one and take it
 * back costs more than to route a request: where it is early for a wait, it sets itself again.
 */
import type { AppError } from "#core/errors";

export class Patience {
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** Unix time in milliseconds. */
	#timerEnds = Infinity;
	#waitEnds = 0;
	#giveUp: (() => void) | undefined;

	/** The work's outcome, or `late` where it takes longer. The work goes on to its own end. */
	async waitFor<T>(work: Promise<T>, timeoutMs: number, late: () => AppError): Promise<T> {
		const tooLate = Promise.withResolvers<never>();
		this.#giveUp = () => tooLate.reject(late());
		this.#waitEnds = Date.now() + timeoutMs;
		if (this.#timer === undefined || this.#waitEnds < this.#timerEnds) this.#setTimer(timeoutMs);
		try {
			return await Promise.race([work, tooLate.promise]);
		} finally {
			this.#giveUp = undefined;
		}
	}

	/** There is nothing more to wait for. */
	end(): void {
		clearTimeout(this.#timer);
	}

	#setTimer(ms: number): void {
		clearTimeout(this.#timer);
		this.#timerEnds = Date.now() + ms;
		this.#timer = setTimeout(() => this.#expire(), ms);
	}

	#expire(): void {
		this.#timer = undefined;
		const left = this.#waitEnds - Date.now();
		if (left > 0) this.#setTimer(left);
		else this.#giveUp?.();
	}
}
