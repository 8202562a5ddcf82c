/** What indexes are about, to whoever offers them to a model. */
import type { IndexDescription } from "./client.ts";
import { searchableIndexes, type Scope } from "./store.ts";

const most = 100;

export async function describeIndexes(scope: Scope, ids: string[] | undefined): Promise<IndexDescription[]> {
	const indexes = await searchableIndexes(scope, ids, most);
	return indexes.map(({ id, name, description, shared, updatedAt }) => ({
		...{ id, name, shared, updatedAt },
		...(description !== null && { description }),
	}));
}
