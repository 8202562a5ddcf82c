/** The index, where the caller may change it. */
import { canWrite } from "#core/caller";
import { AppError } from "#core/errors";
import { getIndex, type ListedIndex, type Scope } from "./store.ts";

/** Throws `not_found`, and `forbidden` for another owner's that is shared. */
export async function ownIndex(scope: Scope, id: string): Promise<ListedIndex> {
	const index = await getIndex(scope, id);
	if (canWrite(scope.caller, index)) return index;
	throw new AppError("forbidden", "Only the owner of an index changes it or its documents.");
}
