/**
 * The rows of `runs`. Those that somebody still has to do something about, and the newest, are kept in memory: a run in
 * progress is asked for at every turn, and each statement would have to be prepared anew in each object.
 */
import type { Caller } from "#core/caller";
import type { LazyTables } from "./lazy-tables.ts";
import { isTerminal, type Run, type RunError, type RunStatus } from "./run.ts";
import { type RunRow, unsettled } from "./tables.ts";

export interface NewRun {
	id: string;
	caller: Caller;
	status: RunStatus;
	input: unknown;
	deadlineAt?: number;
}

export interface RunChange {
	status?: RunStatus;
	result?: unknown;
	error?: RunError;
	deadlineAt?: number;
	attempts?: number;
}

/** A run with what only the log needs to know of it. */
export interface KnownRun<R extends Run> {
	/** The run's place among those of its object, from 1. */
	position: number;
	run: R;
	projectedRevision: number;
	/** Of the input as JSON, in characters. */
	inputLength: number;
}

/** `newest_seq`: of its newest event; null where there is none. */
type StoredRun = RunRow & { newest_seq: number | null };

export class RunRows<R extends Run> {
	readonly #tables: LazyTables;
	#unsettled: Map<string, KnownRun<R>> | undefined;
	/** Undefined until somebody asks. */
	#newest: KnownRun<R> | null | undefined;

	constructor(tables: LazyTables) {
		this.#tables = tables;
	}

	/** False where there is one of this id; its place in the object otherwise. */
	insert({ id, caller, status, input, deadlineAt }: NewRun, lastSeq = 0): number | false {
		const startedAt = Date.now();
		const [callerJson, inputJson] = [JSON.stringify(caller), JSON.stringify(input)];
		this.#tables.make();
		const [row] = this.#tables.rows<{ position: number }>(
			`INSERT INTO runs (id, status, caller, input, last_seq, started_at, deadline_at) VALUES (?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (id) DO NOTHING RETURNING position`,
			...[id, status, callerJson, inputJson, lastSeq, startedAt, deadlineAt ?? null],
		);
		if (!row) return false;
		const stored = { caller: JSON.parse(callerJson), input: JSON.parse(inputJson) };
		const run: Run = { id, status, ...stored, ...newRun, lastSeq, startedAt, deadlineAt };
		const inputLength = inputJson.length;
		const known = { position: row.position, run: run as R, projectedRevision: 0, inputLength };
		this.unsettled().set(id, known);
		this.#newest = known;
		return row.position;
	}

	find(id: string): KnownRun<R> | undefined {
		return (
			this.unsettled().get(id) ?? (this.newest()?.run.id === id ? this.newest() : this.#select("WHERE id = ?", id)[0])
		);
	}

	/** Runs that have not ended, or whose projection lags, oldest first. */
	unsettled(): Map<string, KnownRun<R>> {
		this.#unsettled ??= new Map(
			this.#select(`WHERE ${unsettled} ORDER BY position`).map((known) => [known.run.id, known]),
		);
		return this.#unsettled;
	}

	newest(): KnownRun<R> | undefined {
		if (this.#newest === undefined) this.#newest = this.#select("ORDER BY position DESC LIMIT 1")[0] ?? null;
		return this.#newest ?? undefined;
	}

	/** Those from this position on, oldest first. */
	from(position: number): KnownRun<R>[] {
		return this.#select("WHERE position >= ? ORDER BY position", position);
	}

	/** Where only events came, they tell of it by themselves. */
	update(known: KnownRun<R>, lastSeq: number, change: RunChange, now: number): void {
		if (Object.keys(change).length === 0) return this.#keep({ ...known, run: { ...known.run, lastSeq } });
		const status = change.status ?? known.run.status;
		const run = {
			...known.run,
			...asStored(change),
			lastSeq,
			revision: known.run.revision + (change.status ? 1 : 0),
			endedAt: isTerminal(status) ? now : undefined,
		};
		this.#tables.change(
			`UPDATE runs SET last_seq = ?, status = ?, result = ?, error = ?, deadline_at = ?, attempts = ?, ended_at = ?,
				revision = ? WHERE position = ?`,
			...[lastSeq, status, jsonOrNull(run.result), jsonOrNull(run.error)],
			...[run.deadlineAt ?? null, run.attempts, run.endedAt ?? null, run.revision, known.position],
		);
		this.#keep({ ...known, run });
	}

	/** Answers those that are still there. */
	markProjected(runs: Pick<Run, "id" | "revision">[]): KnownRun<R>[] {
		const marked = runs.flatMap(({ id, revision }) => {
			const known = this.find(id);
			return known ? [{ ...known, projectedRevision: revision }] : [];
		});
		const revisions = marked.map(({ position, projectedRevision }) => [position, projectedRevision]);
		this.#tables.change(
			`UPDATE runs SET projected_revision = marked.value ->> 1 FROM json_each(?) AS marked
				WHERE position = marked.value ->> 0`,
			JSON.stringify(revisions),
		);
		for (const known of marked) this.#keep(known);
		return marked;
	}

	/** Lets go of what is in memory. */
	forget(): void {
		this.#unsettled = undefined;
		this.#newest = undefined;
	}

	#keep(known: KnownRun<R>): void {
		const { id, endedAt, revision } = known.run;
		if (endedAt === undefined || known.projectedRevision < revision) this.unsettled().set(id, known);
		else this.unsettled().delete(id);
		if (this.#newest?.position === known.position) this.#newest = known;
	}

	#select(clause: string, ...values: SqlStorageValue[]): KnownRun<R>[] {
		const newest = "(SELECT max(seq) FROM run_events WHERE run = position) AS newest_seq";
		const query = `SELECT *, ${newest} FROM runs ${clause}`;
		return this.#tables.rows<StoredRun>(query, ...values).map((row) => ({
			position: row.position,
			run: runOf(row) as R,
			projectedRevision: row.projected_revision,
			inputLength: row.input.length,
		}));
	}
}

const newRun = { lastSeq: 0, trimmedSeq: 0, revision: 1, attempts: 0 };

/** Without what is undefined, and with the result as JSON has it. */
function asStored(change: RunChange): RunChange {
	return JSON.parse(JSON.stringify(change));
}

function jsonOrNull(value: unknown): string | null {
	return value === undefined ? null : JSON.stringify(value);
}

function runOf(row: StoredRun): Run {
	return {
		id: row.id,
		caller: JSON.parse(row.caller),
		status: row.status as RunStatus,
		input: JSON.parse(row.input),
		result: row.result === null ? undefined : JSON.parse(row.result),
		error: row.error === null ? undefined : JSON.parse(row.error),
		lastSeq: Math.max(row.last_seq, row.newest_seq ?? 0),
		trimmedSeq: row.trimmed_seq,
		revision: row.revision,
		attempts: row.attempts,
		startedAt: row.started_at,
		endedAt: row.ended_at ?? undefined,
		deadlineAt: row.deadline_at ?? undefined,
	};
}
