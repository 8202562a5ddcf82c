/** What a client is told that asks for events past retention: the run as it is, under the last id it missed. */
import type { Run, RunEvent } from "./run.ts";

export function resyncEvent(run: Run): RunEvent {
	const { id, status, result, error, trimmedSeq } = run;
	const at = new Date(run.endedAt ?? run.startedAt).toISOString();
	return { runId: id, seq: trimmedSeq, type: "run.resync", data: { reason: "retention", status, result, error }, at };
}
