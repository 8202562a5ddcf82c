/** Retention: what began before the limit goes, in steps small enough that the consumer writes in between. */
import { type Database, deleteOldest } from "./store.ts";

const rowsPerStep = 10_000;
/** Two statements a step: an invocation may send 50 on the free plan. What is left waits for the next call. */
const maxSteps = 20;

/** Returns how many rows were deleted. */
export async function expireTraces(db: Database, before: number): Promise<number> {
	let total = 0;
	for (let step = 0; step < maxSteps; step++) {
		const deleted = await deleteOldest(db, before, rowsPerStep);
		if (deleted === 0) break;
		total += deleted;
	}
	return total;
}
