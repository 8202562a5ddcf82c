/**
 * Stops the call of a step. Its signal is made for whoever asks for it: most calls need none, and to make one takes
 * longer than they do.
 */
export class StepStop {
	/** Why nobody waits any more. */
	reason: Error | undefined;
	#controller: AbortController | undefined;
	#stopped: ((reason: Error) => void) | undefined;

	get signal(): AbortSignal {
		this.#controller ??= this.#newController();
		return this.#controller.signal;
	}

	throwIfStopped(): void {
		if (this.reason) throw this.reason;
	}

	stop(reason: Error): void {
		if (this.reason) return;
		this.reason = reason;
		this.#controller?.abort(reason);
		this.#stopped?.(reason);
	}

	/** What comes of the work, or the reason, where it is stopped before; the work itself goes on to its own end. */
	async unlessStopped<T>(work: Promise<T>): Promise<T> {
		return await new Promise((resolve, reject) => {
			if (this.reason) reject(this.reason);
			this.#stopped = reject;
			work.then(resolve, reject);
		});
	}

	#newController(): AbortController {
		const controller = new AbortController();
		if (this.reason) controller.abort(this.reason);
		return controller;
	}
}
