/** The SSE view of a run's log: `id` is the sequence number, so `Last-Event-ID` resumes without gap or repeat. */
import { formatSse, sseHeaders, sseHeartbeat } from "#core/sse";
import { resyncEvent } from "./resync-event.ts";
import { isSettled, isTerminal, type Run, type RunEvent } from "./run.ts";
import type { RunFeed } from "./run-feed.ts";
import type { RunLog } from "./run-log.ts";

const heartbeatMs = 15_000;
/** A client that takes nothing for this long is dropped; it can come back with its last id. */
const stalledMs = 30_000;
/** A view's stream begins after this long, even if there is nothing to say yet. */
const silenceMs = 2_000;

/** How one kind of client sees a run. */
export interface RunView<R extends Run = Run> {
	/** What it is sent for an event; "" for nothing. */
	event(event: RunEvent): string;
	/** What follows the last event of a settled run. Where nothing was `begun`, it may throw the answer instead. */
	end(run: R, begun: boolean): string;
}

/**
 * Streams the events after `after` until the run is settled, or, `toEnd`, until it has ended. `204` tells a browser that
 * came back to stay away.
 */
export function streamRun(log: RunLog, feed: RunFeed, run: Run, after: number, toEnd = false): Response {
	if (isTerminal(run.status) && after >= run.lastSeq) return new Response(null, { status: 204 });
	const { readable, writable } = new IdentityTransformStream();
	const writer = writable.getWriter();
	const pumped = pump(log, feed, run.id, { after, view: eventView, toEnd, begun: () => true, begin: () => {} }, writer);
	// The client has left or stalled, or the run was erased: nobody may wait for more.
	pumped.catch((error: unknown) => writer.abort(error).catch(() => {}));
	return new Response(readable, { headers: sseHeaders });
}

/**
 * Streams the run from `after` as another protocol has it. The answer waits a little for something to say, so that a
 * run which fails at once is a failed request and not a stream.
 */
export async function streamView<R extends Run>(
	log: RunLog<R>,
	feed: RunFeed,
	run: R,
	after: number,
	view: RunView<R>,
): Promise<Response> {
	const { readable, writable } = new IdentityTransformStream();
	const writer = writable.getWriter();
	const opened = Promise.withResolvers<void>();
	let begun = false;
	const begin = () => {
		begun = true;
		opened.resolve();
	};
	const timer = setTimeout(begin, silenceMs);
	const pumped = pump(log, feed, run.id, { after, view, toEnd: false, begun: () => begun, begin }, writer);
	pumped.catch((error: unknown) => writer.abort(error).catch(() => {}));
	try {
		await Promise.race([opened.promise, pumped]);
	} finally {
		clearTimeout(timer);
	}
	return new Response(readable, { headers: sseHeaders });
}

export function formatEvent(event: RunEvent): string {
	return formatSse({ id: String(event.seq), event: event.type, data: event });
}

type Writer = WritableStreamDefaultWriter<Uint8Array>;

interface Watch<R extends Run> {
	after: number;
	view: RunView<R>;
	toEnd: boolean;
	begun(): boolean;
	/** Called before the first write. */
	begin(): void;
}

const encoder = new TextEncoder();
const gone = new Error("the client takes nothing");
const eventView: RunView = { event: formatEvent, end: () => "" };

async function pump<R extends Run>(
	log: RunLog<R>,
	feed: RunFeed,
	runId: string,
	{ after, view, toEnd, begun, begin }: Watch<R>,
	writer: Writer,
): Promise<void> {
	let cursor = after;
	for (;;) {
		const head = log.head(runId);
		const events =
			cursor < head.trimmedSeq ? [resyncEvent(log.get(runId))] : readAfter(log, runId, cursor, head.lastSeq);
		for (const event of events) cursor = event.seq;
		const ended = (toEnd ? isTerminal : isSettled)(head.status) && cursor >= head.lastSeq;
		const text = events.map((event) => view.event(event)).join("");
		const last = ended ? text + view.end(log.get(runId), begun() || text !== "") : text;
		if (last !== "") {
			begin();
			await write(writer, last);
		}
		if (ended) break;
		if (events.length === 0 && !(await feed.changed(runId, heartbeatMs)) && begun()) await write(writer, sseHeartbeat);
	}
	await writer.close();
}

function readAfter<R extends Run>(log: RunLog<R>, runId: string, cursor: number, lastSeq: number): RunEvent[] {
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
