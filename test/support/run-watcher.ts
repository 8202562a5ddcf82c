/** A client that watches one run through every death of the runtime, and keeps count of what it gets. */
import { setTimeout as delay } from "node:timers/promises";
import type { ApiClient, Json } from "../../scripts/api-client.ts";
import { openSocket } from "./sockets.ts";

export interface WatchedRun {
	executionId: string;
	events: Json[];
	/** Events that were skipped, came again, or came out of order. */
	lost: number;
	duplicated: number;
	reconnects: number;
	/** When it got a connection, Unix milliseconds. */
	openedAt: number[];
}

const reconnectMs = 100;
/** Without anything new. */
const giveUpMs = 60_000;
const endings = new Set(["run.completed", "run.failed", "run.cancelled"]);

/** Starts with the stream that is open already, if there is one, and tells of each new one; resolves at the run's end. */
export async function watchRun(
	api: ApiClient,
	executionId: string,
	by: "sse" | "socket",
	firstStream?: Response,
	opened: () => void = () => {},
): Promise<WatchedRun> {
	const run: WatchedRun = { executionId, events: [], lost: 0, duplicated: 0, reconnects: 0, openedAt: [] };
	let deadline = Date.now() + giveUpMs;
	let stream = firstStream;
	while (!endings.has(run.events.at(-1)?.type)) {
		const had = run.events.length;
		try {
			if (by === "socket") await readSocket(api, run, opened);
			else await readStream(api, run, opened, stream);
		} catch {
			// Cut off, or not up again yet.
		}
		stream = undefined;
		run.reconnects++;
		if (run.events.length > had) deadline = Date.now() + giveUpMs;
		if (Date.now() > deadline) throw new Error(`${executionId} stands still: ${JSON.stringify(run.events.at(-1))}`);
		await delay(reconnectMs);
	}
	return run;
}

/** What a reader has of the run's texts in the end: deltas, less those of discarded messages. */
export function textsOf({ events }: WatchedRun): string[] {
	const texts = new Map<string, string>();
	for (const { type, data } of events) {
		if (type === "message.delta") texts.set(data.messageId, (texts.get(data.messageId) ?? "") + data.text);
		if (type === "message.discarded") texts.delete(data.messageId);
	}
	return [...texts.values()];
}

async function readStream(api: ApiClient, run: WatchedRun, opened: () => void, open?: Response): Promise<void> {
	const path = `/api/v1/agents/executions/${run.executionId}/stream`;
	const response = open ?? (await api.fetch("GET", path, undefined, { "last-event-id": String(lastSeq(run)) }));
	run.openedAt.push(Date.now());
	opened();
	for await (const { id, data } of api.events(response)) {
		if (id !== String(data.seq)) throw new Error(`id ${id} for event ${data.seq}`);
		take(run, data);
	}
}

async function readSocket(api: ApiClient, run: WatchedRun, opened: () => void): Promise<void> {
	const path = `/api/v1/agents/executions/${run.executionId}/stream?after=${lastSeq(run)}`;
	const socket = await openSocket(`${api.url}${path}`, { protocols: ["agentic-edge", `bearer.${api.token}`] });
	run.openedAt.push(Date.now());
	opened();
	const ended = socket
		.next(({ type }) => endings.has(type))
		.then(
			() => socket.close(),
			() => socket.close(),
		);
	await Promise.race([socket.closed, ended]);
	for (const event of socket.frames) take(run, event);
}

function take(run: WatchedRun, event: Json): void {
	const expected = lastSeq(run) + 1;
	if (event.seq < expected) run.duplicated++;
	if (event.seq > expected) run.lost += event.seq - expected;
	run.events.push(event);
}

function lastSeq({ events }: WatchedRun): number {
	return events.at(-1)?.seq ?? 0;
}
