/**
 * The log of runs in one Durable Object: state and events change in one transaction, and every view replays from an
 * offset. Synchronous on purpose: nothing can happen between a change of state and its event.
 */
import type { Caller } from "#core/caller";
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import { type FoldedDeltas, unfold } from "./deltas.ts";
import { resyncEvent } from "./resync-event.ts";
import { isTerminal, type Run, type RunError, type RunEvent, type RunStatus } from "./run.ts";
import { type EventRow, type RunRow, runTables, unsettled } from "./tables.ts";

export interface NewRun {
	id: string;
	caller: Caller;
	status: RunStatus;
	input: unknown;
	deadlineAt?: number;
}

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

export interface RunChange {
	status?: RunStatus;
	result?: unknown;
	error?: RunError;
	deadlineAt?: number;
	attempts?: number;
}

export class RunLog<R extends Run = Run> {
	readonly #storage: DurableObjectStorage;
	readonly #sql: SqlStorage;
	#inTransaction = false;

	constructor(storage: DurableObjectStorage) {
		this.#storage = storage;
		this.#sql = storage.sql;
		this.#sql.exec(runTables);
	}

	/** Everything that `change` writes in this object's SQLite, or nothing of it; an inner one is part of the outer. */
	transaction<T>(change: () => T): T {
		if (this.#inTransaction) return change();
		this.#inTransaction = true;
		try {
			return this.#storage.transactionSync(change);
		} finally {
			this.#inTransaction = false;
		}
	}

	insert({ id, caller, status, input, deadlineAt }: NewRun): void {
		this.#sql.exec(
			"INSERT INTO runs (id, status, caller, input, started_at, deadline_at) VALUES (?, ?, ?, ?, ?, ?)",
			...[id, status, JSON.stringify(caller), JSON.stringify(input), Date.now(), deadlineAt ?? null],
		);
	}

	find(runId: string): R | undefined {
		return this.#select("WHERE id = ?", runId)[0];
	}

	/** Like `find`; throws `not_found`. */
	get(runId: string): R {
		return runOf(this.#row(runId)) as R;
	}

	/** How far the run is, without its input and result. */
	head(runId: string): Pick<Run, "status" | "lastSeq" | "trimmedSeq"> {
		const [row] = this.#sql
			.exec<Pick<RunRow, "status" | "last_seq" | "trimmed_seq">>(
				"SELECT status, last_seq, trimmed_seq FROM runs WHERE id = ?",
				runId,
			)
			.toArray();
		if (!row) throw noRun();
		const { status, last_seq, trimmed_seq } = row;
		return { status: status as RunStatus, lastSeq: last_seq, trimmedSeq: trimmed_seq };
	}

	/** Runs that are queued or running, oldest first. */
	open(): R[] {
		return this.#select(`WHERE ${unsettled} AND status IN ('queued', 'running') ORDER BY position`);
	}

	/** Runs that wait for an answer, oldest first. */
	waiting(): R[] {
		return this.#select(`WHERE ${unsettled} AND status = 'input_required' ORDER BY position`);
	}

	/** The newest run of the object. */
	latest(): R | undefined {
		return this.#select("ORDER BY position DESC LIMIT 1")[0];
	}

	/**
	 * Appends events and changes the run's state, in one transaction; answers the last sequence number. A run that has
	 * ended takes nothing more: whoever still works for it is told by `cancelled`.
	 */
	append(runId: string, events: NewEvent[], change: RunChange = {}): number {
		return this.transaction(() => {
			const row = this.#row(runId);
			if (isTerminal(row.status as RunStatus)) throw new AppError("cancelled", "The run has already ended.");
			const now = Date.now();
			let seq = row.last_seq;
			for (const { type, data = {}, folds } of events) {
				const last = folds?.spans.at(-1)?.[0] ?? 0;
				if (folds) this.#deleteEvents(row.position, folds);
				seq = Math.max(seq, last) + 1;
				this.#sql.exec(
					"INSERT INTO run_events (run, seq, type, data, deltas, at) VALUES (?, ?, ?, ?, ?, ?)",
					...[row.position, seq, type, JSON.stringify(data), folds ? JSON.stringify(folds) : null, now],
				);
			}
			this.#update(row, seq, change, now);
			return seq;
		});
	}

	/** Events after `after`, in order, folded deltas included; at most about `limit` of them. */
	read(runId: string, after: number, limit = 500): RunEvent[] {
		const rows = this.#sql
			.exec<EventRow>(
				`SELECT seq, type, data, deltas, at FROM run_events
					WHERE run = (SELECT position FROM runs WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?`,
				...[runId, after, limit],
			)
			.toArray();
		const last = rows.length < limit ? Number.MAX_SAFE_INTEGER : rows.at(-1)!.seq;
		const across = rows.length < limit ? [] : this.#foldedAcross(this.#row(runId).position, last);
		return [...rows, ...across]
			.flatMap((row) => expand(runId, row))
			.filter(({ seq }) => seq > after && seq <= last)
			.toSorted((a, b) => a.seq - b.seq);
	}

	/** Events of all runs of this object after `after`, in order; of a run past retention its `run.resync` alone. */
	readAcross(after: LogPosition): Array<{ event: RunEvent; position: LogPosition }> {
		return this.#sql
			.exec<RunRow>("SELECT * FROM runs WHERE position >= ? ORDER BY position", after.run)
			.toArray()
			.filter((row) => row.position > after.run || row.last_seq > after.seq)
			.flatMap((row) => {
				const from = row.position === after.run ? after.seq : 0;
				const isPast = from < row.trimmed_seq;
				const events = isPast ? [resyncEvent(runOf(row))] : this.read(row.id, from, Number.MAX_SAFE_INTEGER);
				return events.map((event) => ({ event, position: { run: row.position, seq: event.seq } }));
			});
	}

	/** The deltas of this type that no event has folded yet: what a crash left behind. */
	unfolded(runId: string, type: string): UnfoldedText | undefined {
		const { position } = this.#row(runId);
		const folds: FoldedDeltas = { type, data: {}, spans: [] };
		let text = "";
		for (const { seq, data } of this.#sql.exec<EventRow>(
			"SELECT seq, data FROM run_events WHERE run = ? AND type = ? ORDER BY seq",
			...[position, type],
		)) {
			const { text: piece, ...rest } = JSON.parse(data);
			text += piece;
			folds.data = rest;
			folds.spans.push([seq, text.length]);
		}
		return folds.spans.length > 0 ? { folds, text } : undefined;
	}

	/** Runs whose projection lags, oldest first. */
	unprojected(limit: number): R[] {
		return this.#select(`WHERE ${unsettled} AND projected_revision < revision ORDER BY position LIMIT ?`, limit);
	}

	markProjected({ id, revision }: Run): void {
		this.#sql.exec("UPDATE runs SET projected_revision = ? WHERE id = ?", revision, id);
	}

	/** Drops the events of runs that ended before `before` (Unix milliseconds); their rows stay. */
	trim(before: number): void {
		this.transaction(() => {
			const ended = "SELECT position FROM runs WHERE ended_at < ? AND trimmed_seq < last_seq";
			this.#sql.exec(`DELETE FROM run_events WHERE run IN (${ended})`, before);
			this.#sql.exec("UPDATE runs SET trimmed_seq = last_seq WHERE ended_at < ? AND trimmed_seq < last_seq", before);
		});
	}

	/** When the oldest ended run with events left ended, Unix milliseconds. */
	oldestEnd(): number | undefined {
		const { ended } = this.#sql
			.exec<{ ended: number | null }>("SELECT min(ended_at) AS ended FROM runs WHERE trimmed_seq < last_seq")
			.one();
		return ended ?? undefined;
	}

	/** Events after `seq` that have folded deltas from before it, as when two texts were streamed side by side. */
	#foldedAcross(run: number, seq: number): EventRow[] {
		return this.#sql
			.exec<EventRow>(
				`SELECT seq, type, data, deltas, at FROM run_events
					WHERE run = ? AND seq > ? AND deltas IS NOT NULL AND json_extract(deltas, '$.spans[0][0]') <= ?`,
				...[run, seq, seq],
			)
			.toArray();
	}

	#deleteEvents(run: number, { spans }: FoldedDeltas): void {
		const [first, last] = [spans[0]?.[0], spans.at(-1)?.[0]];
		if (first === undefined || last === undefined) return;
		const seqs = JSON.stringify(spans.map(([seq]) => seq));
		this.#sql.exec("DELETE FROM run_events WHERE run = ? AND seq IN (SELECT value FROM json_each(?))", run, seqs);
	}

	#update(row: RunRow, seq: number, change: RunChange, now: number): void {
		const status = change.status ?? row.status;
		if (Object.keys(change).length === 0) {
			this.#sql.exec("UPDATE runs SET last_seq = ? WHERE position = ?", seq, row.position);
			return;
		}
		this.#sql.exec(
			`UPDATE runs SET last_seq = ?, status = ?, result = ?, error = ?, deadline_at = ?, attempts = ?, ended_at = ?,
				revision = ? WHERE position = ?`,
			...[seq, status],
			change.result === undefined ? row.result : JSON.stringify(change.result),
			change.error === undefined ? row.error : JSON.stringify(change.error),
			change.deadlineAt ?? row.deadline_at,
			change.attempts ?? row.attempts,
			isTerminal(status as RunStatus) ? now : null,
			row.revision + (change.status ? 1 : 0),
			row.position,
		);
	}

	#row(runId: string): RunRow {
		const row = this.#sql.exec<RunRow>("SELECT * FROM runs WHERE id = ?", runId).toArray()[0];
		if (!row) throw noRun();
		return row;
	}

	#select(clause: string, ...values: SqlStorageValue[]): R[] {
		const rows = this.#sql.exec<RunRow>(`SELECT * FROM runs ${clause}`, ...values).toArray();
		return rows.map((row) => runOf(row) as R);
	}
}

function noRun(): AppError {
	return new AppError("not_found", "There is no such execution.");
}

function expand(runId: string, { seq, type, data, deltas, at }: EventRow): RunEvent[] {
	const event = { runId, seq, type, data: JSON.parse(data), at: isoTime(at) };
	return deltas ? [...unfold(event, JSON.parse(deltas)), event] : [event];
}

function runOf(row: RunRow): Run {
	return {
		id: row.id,
		caller: JSON.parse(row.caller),
		status: row.status as RunStatus,
		input: JSON.parse(row.input),
		result: row.result === null ? undefined : JSON.parse(row.result),
		error: row.error === null ? undefined : JSON.parse(row.error),
		lastSeq: row.last_seq,
		trimmedSeq: row.trimmed_seq,
		revision: row.revision,
		attempts: row.attempts,
		startedAt: row.started_at,
		endedAt: row.ended_at ?? undefined,
		deadlineAt: row.deadline_at ?? undefined,
	};
}
