/** A wait that ends early, by throwing the signal's reason, when the signal is aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
	signal?.throwIfAborted();
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	const timer = setTimeout(resolve, ms);
	const wake = (): void => reject(signal?.reason);
	signal?.addEventListener("abort", wake, { once: true });
	try {
		await promise;
	} finally {
		clearTimeout(timer);
		signal?.removeEventListener("abort", wake);
	}
}
