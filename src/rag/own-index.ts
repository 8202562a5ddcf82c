/** The index, where the caller may change it. */
import { canWrite } from "#core/caller";
import { AppError } from "#core/errors";
import { getIndex, type Scope } from "./store.ts";
import type { IndexRow } from "./tables.ts";

/** Throws `not_found`, and `forbidden` for another owner's that is shared. */
export async function ownIndex(scope: Scope, id: string): Promise<IndexRow> {
	const index = await getIndex(scope, id);
	if (canWrite(scope.caller, index)) return index;
	throw new AppError("forbidden", "Only the owner of an index changes it or its documents.");
}
