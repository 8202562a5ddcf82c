/** What the table, collection, namespace or index behind an index of ours is called: never a word of a user's. */

/** Thrown at once, since ids are ours. */
export function physicalName(indexId: string): string {
	if (!/^[A-Za-z0-9][A-Za-z0-9_]{0,39}$/.test(indexId)) throw new TypeError("An index has an id of ours.");
	return `rag_${indexId}`;
}
