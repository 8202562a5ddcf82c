/**
 * Turns the tokens of one streamed text into few events: the first at once, later ones gathered by time and size, for
 * longer where the machine is busy: there many small writes would take the time that the tokens need.
 */
import type { FoldedDeltas } from "./deltas.ts";
import type { RunLog } from "./run-log.ts";

const gatherMs = 40;
/** A timer that comes late tells how busy the machine is; gathering grows by so much of that, up to a limit. */
const latenessFactor = 8;
const maxGatherMs = 400;
/** What was seen longer ago says nothing about now. */
const latenessTtlMs = 1_000;
const gatherChars = 1_000;

/** All texts of an isolate share its thread, so what one of them has seen holds for the others. */
const lateness = { ms: 0, seenAt: 0 };

export class DeltaGatherer {
	readonly #log: RunLog;
	readonly #runId: string;
	readonly #type: string;
	readonly #data: Record<string, unknown>;
	readonly #signal: AbortSignal;
	readonly #onFlush: () => void;
	readonly #spans: FoldedDeltas["spans"] = [];
	#text = "";
	#flushed = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** `event`: type and data of the delta events. `onFlush` is called after each was written, `signal` ends them. */
	constructor(
		log: RunLog,
		runId: string,
		event: { type: string; data: Record<string, unknown> },
		signal: AbortSignal,
		onFlush: () => void,
	) {
		this.#log = log;
		this.#runId = runId;
		this.#type = event.type;
		this.#data = event.data;
		this.#signal = signal;
		this.#onFlush = onFlush;
	}

	get text(): string {
		return this.#text;
	}

	push(text: string): void {
		if (text === "") return;
		this.#text += text;
		const waiting = this.#text.length - this.#flushed;
		if (this.#spans.length === 0 || waiting >= gatherChars) this.flush();
		else this.#timer ??= this.#flushLater();
	}

	#flushLater(): ReturnType<typeof setTimeout> {
		const waitMs = gatherTime();
		const due = Date.now() + waitMs;
		return setTimeout(() => {
			lateness.seenAt = Date.now();
			lateness.ms = Math.max(lateness.seenAt - due, 0);
			this.flush();
		}, waitMs);
	}

	/** Writes what waits, as one event. */
	flush(): void {
		this.#stopTimer();
		if (this.#signal.aborted || this.#text.length === this.#flushed) return;
		const text = this.#text.slice(this.#flushed);
		const seq = this.#log.append(this.#runId, [{ type: this.#type, data: { ...this.#data, text } }]);
		this.#flushed = this.#text.length;
		this.#spans.push([seq, this.#flushed]);
		this.#onFlush();
	}

	/**
	 * Ends the text: what the finished event folds. What still waits gets its sequence number, the next after `lastSeq`,
	 * without ever having been a row.
	 */
	fold(lastSeq: number): FoldedDeltas {
		this.#stopTimer();
		if (this.#text.length > this.#flushed) this.#spans.push([lastSeq + 1, this.#text.length]);
		this.#flushed = this.#text.length;
		return { type: this.#type, data: this.#data, spans: this.#spans };
	}

	#stopTimer(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}
}

function gatherTime(): number {
	const isRecent = Date.now() - lateness.seenAt < latenessTtlMs;
	return isRecent ? Math.min(gatherMs + latenessFactor * lateness.ms, maxGatherMs) : gatherMs;
}
