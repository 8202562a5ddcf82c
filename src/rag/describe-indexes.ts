/** What indexes are about, to whoever offers them to a model. */
import type { IndexDescription } from "./client.ts";
import type { RagContext } from "./context.ts";
import { countDocuments, searchableIndexes } from "./store.ts";

const most = 100;

export async function describeIndexes(ctx: RagContext, ids: string[] | undefined): Promise<IndexDescription[]> {
	const indexes = await searchableIndexes(ctx, ids, most);
	return await Promise.all(
		indexes.map(async ({ id, name, description }) => {
			const { ready = 0 } = await countDocuments(ctx, id);
			return { id, name, ...(description !== null && { description }), documentCount: ready };
		}),
	);
}
