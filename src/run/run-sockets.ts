/** The WebSocket view of a run's log: hibernating sockets that carry their own place in it. */
import { AppError } from "#core/errors";
import { isTerminal, type Run } from "./run.ts";
import type { RunLog } from "./run-log.ts";
import { resyncEvent } from "./resync-event.ts";

interface Place {
	runId: string;
	after: number;
}

/** Close codes of our own (RFC 6455 §7.4.2). */
export const socketClosed = { ended: 1000, revoked: 4401, erased: 4404 } as const;

export class RunSockets {
	readonly #state: DurableObjectState;
	readonly #log: RunLog;
	/** There may be sockets, which also outlive this instance: to ask for them at each event would be too much. */
	#mayBeWatched = true;

	constructor(state: DurableObjectState, log: RunLog) {
		this.#state = state;
		this.#log = log;
	}

	/** Answers an upgrade with the events after `after` and all that follow, one JSON text frame each. */
	accept(run: Run, after: number, credentialId: string | undefined): Response {
		const { 0: client, 1: server } = new WebSocketPair();
		this.#mayBeWatched = true;
		this.#state.acceptWebSocket(server, [runTag(run.id), credentialTag(credentialId)]);
		server.serializeAttachment({ runId: run.id, after } satisfies Place);
		this.#catchUp(server);
		return new Response(null, { status: 101, webSocket: client });
	}

	/** Sends what is new in the run to all its sockets. */
	notify(runId: string): void {
		if (!this.#mayBeWatched) return;
		const sockets = this.#state.getWebSockets(runTag(runId));
		for (const socket of sockets) this.#catchUp(socket);
		if (sockets.length === 0) this.#mayBeWatched = this.#state.getWebSockets().length > 0;
	}

	/** Closes the sockets that were opened with this login session or API key; answers how many there were. */
	closeCredential(credentialId: string): number {
		const sockets = this.#state.getWebSockets(credentialTag(credentialId));
		for (const socket of sockets) socket.close(socketClosed.revoked, "the session was revoked");
		return sockets.length;
	}

	#catchUp(socket: WebSocket): void {
		// One that is closing is still listed, and would throw into the run that has something to tell.
		if (socket.readyState !== WebSocket.OPEN) return;
		const place: Place = socket.deserializeAttachment();
		const head = this.#log.head(place.runId);
		if (place.after < head.trimmedSeq) this.#send(socket, place, resyncEvent(this.#log.get(place.runId)));
		while (place.after < head.lastSeq) {
			for (const event of this.#log.read(place.runId, place.after)) this.#send(socket, place, event);
		}
		socket.serializeAttachment(place);
		if (isTerminal(head.status)) socket.close(socketClosed.ended, "the run has ended");
	}

	#send(socket: WebSocket, place: Place, event: { seq: number }): void {
		socket.send(JSON.stringify(event));
		place.after = event.seq;
	}
}

/** `?after=`: a sequence number, 0 where it is missing. */
export function parseAfter(text: string | null | undefined): number {
	if (text === null || text === undefined || text === "") return 0;
	if (!/^\d{1,15}$/.test(text)) {
		throw new AppError("invalid_input", "A place in a run's log is a sequence number.", {
			details: { fields: [{ pointer: "query.after", detail: "not a sequence number" }] },
		});
	}
	return Number(text);
}

export function credentialTag(credentialId: string | undefined): string {
	return `credential:${credentialId ?? ""}`;
}

function runTag(runId: string): string {
	return `run:${runId}`;
}
