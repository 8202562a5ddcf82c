/** Ids, as many at once as a store takes, and a few requests side by side. */
import { sideBySide } from "#rag/embeddings/side-by-side";

export const requestsAtOnce = 6;

export async function inBatches(ids: string[], most: number, work: (batch: string[]) => Promise<void>): Promise<void> {
	const batches = Array.from({ length: Math.ceil(ids.length / most) }, (_, i) => ids.slice(i * most, (i + 1) * most));
	await sideBySide(batches, requestsAtOnce, undefined, work);
}
