/** Stores spans, however many, in as few statements as serve. */
import { type Database, insertSpans } from "./store.ts";

/** Spans that came together: as JSON, each an array, without brackets around all. */
export interface SpanBatch {
	json: string;
	count: number;
}

/**
 * A statement of 1,000 spans takes about 11 ms, one of 500 takes 8: what is paid once a statement is a quarter of it. D1
 * would take more at once, but its database does nothing else meanwhile.
 */
const maxSpans = 1_000;
/** In UTF-16 units of all spans, at most three bytes each; D1 refuses a parameter of 2 MB. */
const maxLength = 500_000;

/** Safe to repeat: queues deliver at least once. */
export async function recordSpans(db: Database, batches: SpanBatch[]): Promise<void> {
	let together: string[] = [];
	let [spans, length] = [0, 0];
	for (const { json, count } of batches) {
		if (together.length > 0 && (spans + count > maxSpans || length + json.length > maxLength)) {
			await insertSpans(db, together);
			[together, spans, length] = [[], 0, 0];
		}
		together.push(json);
		spans += count;
		length += json.length;
	}
	if (together.length > 0) await insertSpans(db, together);
}
