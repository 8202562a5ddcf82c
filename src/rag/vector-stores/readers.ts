/** Who may find a vector, as one word beside it: its owner's id, or the word for everybody. */
import type { Access } from "#rag/vector-index/chunk";

const everybody = "*";

export function readerOf({ ownerId, shared }: { ownerId: string; shared: boolean }): string {
	return shared ? everybody : ownerId;
}

/** What the caller may find has one of these; undefined where that is everything. */
export function readersFor({ userId, isAdmin }: Access): string[] | undefined {
	return isAdmin ? undefined : [everybody, userId];
}
