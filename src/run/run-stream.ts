/** The SSE view of a run's log: `id` is the sequence number, so `Last-Event-ID` resumes without gap or repeat. */
import { formatSse, sseHeaders, sseHeartbeat } from "#core/sse";
import { isSettled, isTerminal, type Run, type RunEvent } from "./run.ts";
import type { RunFeed } from "./run-feed.ts";
import type { RunLog } from "./run-log.ts";

const heartbeatMs = 15_000;
/** A client that takes nothing for this long is dropped; it can come back with its last id. */
const stalledMs = 30_000;

/** Streams the events after `after` until the run is settled. `204` tells a browser that came back to stay away. */
export function streamRun(log: RunLog, feed: RunFeed, run: Run, after: number): Response {
	if (isTerminal(run.status) && after >= run.lastSeq) return new Response(null, { status: 204 });
	const { readable, writable } = new IdentityTransformStream();
	pump(log, feed, run.id, after, writable.getWriter()).catch(() => {
		// The client has left, or stalled: it can come back with its last id.
	});
	return new Response(readable, { headers: sseHeaders });
}

/** What a client is told that asks for events past retention: the run as it is, under the last id it missed. */
export function resyncEvent(run: Run): RunEvent {
	const { id, status, result, error, trimmedSeq } = run;
	const at = new Date(run.endedAt ?? run.startedAt).toISOString();
	return { runId: id, seq: trimmedSeq, type: "run.resync", data: { reason: "retention", status, result, error }, at };
}

export function formatEvent(event: RunEvent): string {
	return formatSse({ id: String(event.seq), event: event.type, data: event });
}

type Writer = WritableStreamDefaultWriter<Uint8Array>;

const encoder = new TextEncoder();
const gone = new Error("the client takes nothing");

async function pump(log: RunLog, feed: RunFeed, runId: string, after: number, writer: Writer): Promise<void> {
	let cursor = after;
	for (;;) {
		const head = log.head(runId);
		const events =
			cursor < head.trimmedSeq ? [resyncEvent(log.get(runId))] : readAfter(log, runId, cursor, head.lastSeq);
		for (const event of events) cursor = event.seq;
		if (events.length > 0) await write(writer, events.map(formatEvent).join(""));
		else if (isSettled(head.status)) break;
		else if (!(await feed.changed(runId, heartbeatMs))) await write(writer, sseHeartbeat);
	}
	await writer.close();
}

function readAfter(log: RunLog, runId: string, cursor: number, lastSeq: number): RunEvent[] {
	return cursor < lastSeq ? log.read(runId, cursor) : [];
}

async function write(writer: Writer, text: string): Promise<void> {
	const timer = setTimeout(() => writer.abort(gone), stalledMs);
	try {
		await writer.write(encoder.encode(text));
	} finally {
		clearTimeout(timer);
	}
}
