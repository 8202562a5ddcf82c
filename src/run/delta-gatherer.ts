/**
 * Turns the tokens of one streamed text into few events: the first at once, later ones gathered by time and size. Each
 * event is a commit of its own, so that all texts of an isolate share a number of them a second: the more there are, the
 * longer each gathers.
 */
import type { FoldedDeltas } from "./deltas.ts";
import type { RunLog } from "./run-log.ts";

const gatherMs = 40;
/** Commits of gathered text keep this distance, whichever text they belong to. */
const spacingMs = 20;
const maxGatherMs = 400;
const gatherChars = 1_000;

/** When the last of all planned commits is due. */
let lastDue = 0;

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
		else this.#timer ??= setTimeout(() => this.flush(), gatherTime());
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
	const now = Date.now();
	lastDue = Math.min(Math.max(now + gatherMs, lastDue + spacingMs), now + maxGatherMs);
	return lastDue - now;
}
