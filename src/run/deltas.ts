/**
 * Streamed text in the log: deltas are gathered while they come, and folded into the finished text's event when it
 * is whole. A folded event still knows where each delta ended, so a replay yields the same events before and after.
 */
import type { RunEvent } from "./run.ts";

export interface FoldedDeltas {
	/** Type of the delta events, and their data besides `text`. */
	type: string;
	data: Record<string, unknown>;
	/** Each delta as its sequence number and the end of its text in the whole text. */
	spans: Array<[seq: number, end: number]>;
}

/** The deltas inside a folded event, as they were when they were written; its `data.text` is the whole text. */
export function unfold(event: RunEvent, { type, data, spans }: FoldedDeltas): RunEvent[] {
	const text = event.data.text as string;
	return spans.map(([seq, end], i) => ({
		...event,
		seq,
		type,
		data: { ...data, text: text.slice(spans[i - 1]?.[1] ?? 0, end) },
	}));
}
