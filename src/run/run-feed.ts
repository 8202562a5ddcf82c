/** Wakes whoever waits for something new of a run in this object. */

export class RunFeed {
	readonly #waiting = new Map<string, Set<() => void>>();

	/** Tells all who wait for this run. */
	notify(runId: string): void {
		const waiting = this.#waiting.get(runId);
		if (!waiting) return;
		this.#waiting.delete(runId);
		for (const wake of waiting) wake();
	}

	/** Resolves at the run's next `notify`, or after `ms`; answers whether it was notified. */
	async changed(runId: string, ms: number): Promise<boolean> {
		const waiting = this.#waiting.get(runId) ?? new Set();
		this.#waiting.set(runId, waiting);
		return await new Promise((resolve) => {
			const wake = () => {
				clearTimeout(timer);
				resolve(true);
			};
			const timer = setTimeout(() => {
				waiting.delete(wake);
				resolve(false);
			}, ms);
			waiting.add(wake);
		});
	}
}
