/**
 * Streamed text in the log: deltas are gathered while they come, and folded into the finished text's event when it
 * is whole. A folded event still knows where each delta ended, so a replay yields the same events before and after.
 */
import type { RunEvent } from "./run.ts";

/** Each delta as [sequence number, end of its text in the whole text]. */
export interface FoldedDeltas {
	type: string;
	spans: Array<[seq: number, end: number]>;
}

/** The deltas inside a folded event, as they were when they were written; `data.text` is the whole text. */
export function unfold(event: RunEvent, { type, spans }: FoldedDeltas): RunEvent[] {
	const { text, ...rest } = event.data as { text: string };
	return spans.map(([seq, end], i) => ({
		...event,
		seq,
		type,
		data: { ...rest, text: text.slice(spans[i - 1]?.[1] ?? 0, end) },
	}));
}
