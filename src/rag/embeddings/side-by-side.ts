/**
 * Works through the items in their order, at most `limit` at once. The first failure ends the work that goes on beside
 * it and is what is thrown, once all of it has ended.
 */
export async function sideBySide<Item>(
	items: readonly Item[],
	limit: number,
	signal: AbortSignal | undefined,
	work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
	const failure = new AbortController();
	const either = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
	const waiting = items.values();

	async function workOff(): Promise<void> {
		try {
			for (const item of waiting) {
				if (failure.signal.aborted) return;
				await work(item, either);
			}
		} catch (error) {
			failure.abort(error);
		}
	}

	await Promise.all(Array.from({ length: Math.min(limit, items.length) }, workOff));
	failure.signal.throwIfAborted();
}
