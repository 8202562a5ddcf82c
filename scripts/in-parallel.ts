/** Bounded parallelism: as many tasks at once as the machine has cores. */
import { availableParallelism } from "node:os";

/** The results in the order of the items; the first failure rejects. */
export async function inParallel<Item, Result>(
	items: Item[],
	task: (item: Item) => Promise<Result>,
	atOnce = availableParallelism(),
): Promise<Result[]> {
	const results: Result[] = [];
	const queue = items.entries();
	await Promise.all(
		Array.from({ length: atOnce }, async () => {
			for (const [index, item] of queue) results[index] = await task(item);
		}),
	);
	return results;
}
