/** The documents of the caller's own that can be read, to whoever offers them to a client. */
import type { DocumentDescription } from "./client.ts";
import { ownReadyDocuments, type Scope } from "./store.ts";

const most = 1_000;

export async function describeDocuments(scope: Scope): Promise<DocumentDescription[]> {
	const documents = await ownReadyDocuments(scope, most);
	return documents.map(({ id, originalName, title, characters, updatedAt }) => ({
		...{ id, name: originalName, characters: characters ?? 0, updatedAt },
		...(title !== null && { title }),
	}));
}
