/**
 * The log of runs in one Durable Object: state and events change in one transaction, and every view replays from an
 * offset. Synchronous on purpose: nothing can happen between a change of state and its event.
 */
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import { type FoldedDeltas, unfold } from "./deltas.ts";
import { EventRows, isOneStatement } from "./event-rows.ts";
import { LazyTables } from "./lazy-tables.ts";
import { resyncEvent } from "./resync-event.ts";
import { isTerminal, type Run, type RunEvent } from "./run.ts";
import { type KnownRun, type NewRun, type RunChange, RunRows } from "./run-rows.ts";
import { type EventRow, runTables, untrimmed } from "./tables.ts";

export interface NewEvent {
	type: string;
	data?: Record<string, unknown>;
	/** The deltas that this event replaces; `data.text` must hold their whole text. */
	folds?: FoldedDeltas;
}

/** A place in the logs of all runs of an object: runs in the order in which they began. */
export interface LogPosition {
	run: number;
	seq: number;
}

/** Text whose end never came, and its deltas. */
export interface UnfoldedText {
	folds: FoldedDeltas;
	text: string;
}

export interface RunLogOptions {
	/** What else is made with the tables of the log. */
	tables?: string;
	/** Called when a transaction was undone, and nothing in memory can be trusted. */
	undone?: () => void;
}

export class RunLog<R extends Run = Run> {
	/** The log's, and those that came with it. */
	readonly tables: LazyTables;
	readonly #storage: DurableObjectStorage;
	readonly #runs: RunRows<R>;
	readonly #events: EventRows;
	readonly #undone: () => void;
	#inTransaction = false;

	constructor(storage: DurableObjectStorage, { tables = "", undone = () => {} }: RunLogOptions = {}) {
		this.#storage = storage;
		this.tables = new LazyTables(storage.sql, "runs", runTables + tables);
		this.#runs = new RunRows(this.tables);
		this.#events = new EventRows(this.tables);
		this.#undone = undone;
	}

	/** Everything that `change` writes in this object's SQLite, or nothing of it; an inner one is part of the outer. */
	transaction<T>(change: () => T): T {
		if (this.#inTransaction) return change();
		this.#inTransaction = true;
		try {
			return this.#storage.transactionSync(change);
		} catch (error) {
			this.forget();
			this.#undone();
			throw error;
		} finally {
			this.#inTransaction = false;
		}
	}

	/** Lets go of what is in memory: it no longer is what is stored. */
	forget(): void {
		this.tables.forget();
		this.#runs.forget();
		this.#events.forget();
	}

	/** Records a new run with its first events; false where there is one of this id. */
	insert(run: NewRun, events: NewEvent[] = []): boolean {
		return this.transaction(() => {
			const position = this.#runs.insert(run, events.length);
			if (position === false) return false;
			this.#events.insert(position, rowsOf(events, 0, Date.now()));
			return true;
		});
	}

	find(runId: string): R | undefined {
		return this.#runs.find(runId)?.run;
	}

	/** Like `find`; throws `not_found`. */
	get(runId: string): R {
		return this.#get(runId).run;
	}

	/** How far the run is, without its input and result. */
	head(runId: string): Pick<Run, "status" | "lastSeq" | "trimmedSeq"> {
		const { status, lastSeq, trimmedSeq } = this.get(runId);
		return { status, lastSeq, trimmedSeq };
	}

	/** Runs that are queued or running, oldest first. */
	open(): R[] {
		return this.#unsettled().filter(({ status }) => status === "queued" || status === "running");
	}

	/** Runs that wait for an answer, oldest first. */
	waiting(): R[] {
		return this.#unsettled().filter(({ status }) => status === "input_required");
	}

	/** How many runs have not ended, and how many characters their inputs have together: all of it is in memory. */
	load(): { runs: number; characters: number } {
		const open = [...this.#runs.unsettled().values()].filter(({ run }) => !isTerminal(run.status));
		return { runs: open.length, characters: open.reduce((sum, { inputLength }) => sum + inputLength, 0) };
	}

	/** The newest run of the object. */
	latest(): R | undefined {
		return this.#runs.newest()?.run;
	}

	/**
	 * Appends events and changes the run's state, in one transaction; answers the last sequence number. A run that has
	 * ended takes nothing more: whoever still works for it is told by `cancelled`.
	 */
	append(runId: string, events: NewEvent[], change: RunChange = {}): number {
		const known = this.#get(runId);
		if (isTerminal(known.run.status)) throw new AppError("cancelled", "The run has already ended.");
		const now = Date.now();
		const rows = rowsOf(events, known.run.lastSeq, now);
		const lastSeq = rows.at(-1)?.seq ?? known.run.lastSeq;
		const folded = events.flatMap(({ folds }) => folds ?? []);
		const write = () => {
			this.#events.insert(known.position, rows);
			for (const folds of folded) this.#events.delete(known.position, folds);
			this.#runs.update(known, lastSeq, change, now);
		};
		// Around one statement, a transaction costs half of what the statement does.
		if (folded.length === 0 && Object.keys(change).length === 0 && isOneStatement(rows)) write();
		else this.transaction(write);
		return lastSeq;
	}

	/** Events after `after`, in order, folded deltas included; at most about `limit` of them. */
	read(runId: string, after: number, limit = 500): RunEvent[] {
		const known = this.#runs.find(runId);
		return known ? this.#read(known, after, limit) : [];
	}

	/** Events of all runs of this object after `after`, in order; of a run past retention its `run.resync` alone. */
	readAcross(after: LogPosition): Array<{ event: RunEvent; position: LogPosition }> {
		return this.#runs
			.from(after.run)
			.filter(({ position, run }) => position > after.run || run.lastSeq > after.seq)
			.flatMap((known) => {
				const from = known.position === after.run ? after.seq : 0;
				const isPast = from < known.run.trimmedSeq;
				const events = isPast ? [resyncEvent(known.run)] : this.#read(known, from, Number.MAX_SAFE_INTEGER);
				return events.map((event) => ({ event, position: { run: known.position, seq: event.seq } }));
			});
	}

	/** The deltas of this type that no event has folded yet: what a crash left behind. */
	unfolded(runId: string, type: string): UnfoldedText | undefined {
		const folds: FoldedDeltas = { type, data: {}, spans: [] };
		let text = "";
		for (const { seq, data } of this.#events.ofType(this.#get(runId).position, type)) {
			const { text: piece, ...rest } = JSON.parse(data);
			text += piece;
			folds.data = rest;
			folds.spans.push([seq, text.length]);
		}
		return folds.spans.length > 0 ? { folds, text } : undefined;
	}

	/** Runs whose projection lags, oldest first. */
	unprojected(limit: number): R[] {
		const lagging = [...this.#runs.unsettled().values()].filter(
			(known) => known.projectedRevision < known.run.revision,
		);
		return lagging.slice(0, limit).map(({ run }) => run);
	}

	/** The listing shows the runs as they are here. */
	markProjected(runs: Run[]): void {
		for (const { run, position } of this.#runs.markProjected(runs)) {
			if (isTerminal(run.status)) this.#events.forget(position);
		}
	}

	/** Drops the events of runs that ended before `before` (Unix milliseconds); their rows stay. */
	trim(before: number): void {
		const ended = `${untrimmed} AND ended_at < ?`;
		if (this.tables.rows(`SELECT 1 FROM runs WHERE ${ended} LIMIT 1`, before).length === 0) return;
		this.transaction(() => {
			this.tables.change(`DELETE FROM run_events WHERE run IN (SELECT position FROM runs WHERE ${ended})`, before);
			this.tables.change(`UPDATE runs SET trimmed_seq = last_seq WHERE ${ended}`, before);
		});
		this.forget();
	}

	/** When the oldest ended run with events left ended, Unix milliseconds. */
	oldestEnd(): number | undefined {
		const [oldest] = this.tables.rows<{ ended: number | null }>(
			`SELECT min(ended_at) AS ended FROM runs WHERE ${untrimmed}`,
		);
		return oldest?.ended ?? undefined;
	}

	#read({ run, position }: KnownRun<R>, after: number, limit: number): RunEvent[] {
		const rows = this.#events.after(position, after, limit);
		const last = rows.length < limit ? Number.MAX_SAFE_INTEGER : rows.at(-1)!.seq;
		const across = rows.length < limit ? [] : this.#events.foldedAcross(position, last);
		return [...rows, ...across]
			.flatMap((row) => expand(run.id, row))
			.filter(({ seq }) => seq > after && seq <= last)
			.toSorted((a, b) => a.seq - b.seq);
	}

	#unsettled(): R[] {
		return [...this.#runs.unsettled().values()].map(({ run }) => run);
	}

	#get(runId: string): KnownRun<R> {
		const known = this.#runs.find(runId);
		if (!known) throw new AppError("not_found", "There is no such execution.");
		return known;
	}
}

/** What an event folds has been numbered before it, though it may be in no row. */
function rowsOf(events: NewEvent[], after: number, at: number): EventRow[] {
	let last = after;
	return events.map(({ type, data = {}, folds }) => {
		last = Math.max(last, folds?.spans.at(-1)?.[0] ?? 0) + 1;
		return { seq: last, type, data: JSON.stringify(data), deltas: folds ? JSON.stringify(folds) : null, at };
	});
}

function expand(runId: string, { seq, type, data, deltas, at }: EventRow): RunEvent[] {
	const event = { runId, seq, type, data: JSON.parse(data), at: isoTime(at) };
	return deltas ? [...unfold(event, JSON.parse(deltas)), event] : [event];
}
