/**
 * The rows of `run_events`. The latest of a run in progress are kept in memory, because whoever watches it reads them
 * as soon as they are written.
 */
import type { FoldedDeltas } from "./deltas.ts";
import type { LazyTables } from "./lazy-tables.ts";
import type { EventRow } from "./tables.ts";

/** All rows of a run whose number is `from` or higher. */
interface Tail {
	from: number;
	rows: EventRow[];
	length: number;
}

/** In UTF-16 units, for each run. */
const maxTailLength = 200_000;
/** So many rows are inserted faster by their values than by one text of JSON. */
const fewRows = 4;
/** Of the rows that one statement inserts, in UTF-16 units: a parameter has at most 2 MB. */
const maxStatementLength = 200_000;

export class EventRows {
	readonly #tables: LazyTables;
	/** By the run's position. */
	readonly #tails = new Map<number, Tail>();

	constructor(tables: LazyTables) {
		this.#tables = tables;
	}

	/** Each statement costs more than most rows do. */
	insert(run: number, rows: EventRow[]): void {
		if (rows.length <= fewRows) this.#insertFew(run, rows);
		else if (isOneStatement(rows)) this.#insertMany(run, rows);
		else for (const row of rows) this.#insertFew(run, [row]);
		for (const row of rows) this.#remember(run, row);
	}

	/** Deletes the deltas that another event replaces. */
	delete(run: number, { spans }: FoldedDeltas): void {
		if (spans.length === 0) return;
		const seqs = new Set(spans.map(([seq]) => seq));
		this.#tables.change(
			"DELETE FROM run_events WHERE run = ? AND seq IN (SELECT value FROM json_each(?))",
			...[run, JSON.stringify([...seqs])],
		);
		const tail = this.#tails.get(run);
		if (!tail) return;
		tail.rows = tail.rows.filter(({ seq }) => !seqs.has(seq));
		tail.length = tail.rows.reduce((sum, row) => sum + lengthOf(row), 0);
	}

	/** Rows after `seq`, in order, at most `limit`. */
	after(run: number, seq: number, limit: number): EventRow[] {
		const tail = this.#tails.get(run);
		if (tail && seq >= tail.from - 1) return tail.rows.filter((row) => row.seq > seq).slice(0, limit);
		return this.#tables.rows<EventRow>(
			"SELECT seq, type, data, deltas, at FROM run_events WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?",
			...[run, seq, limit],
		);
	}

	/** Rows after `seq` that replace deltas from before it, as when two texts were streamed side by side. */
	foldedAcross(run: number, seq: number): EventRow[] {
		return this.#tables.rows<EventRow>(
			`SELECT seq, type, data, deltas, at FROM run_events
				WHERE run = ? AND seq > ? AND deltas IS NOT NULL AND json_extract(deltas, '$.spans[0][0]') <= ?`,
			...[run, seq, seq],
		);
	}

	ofType(run: number, type: string): EventRow[] {
		const tail = this.#tails.get(run);
		if (tail?.from === 1) return tail.rows.filter((row) => row.type === type);
		return this.#tables.rows<EventRow>(
			"SELECT seq, type, data, deltas, at FROM run_events WHERE run = ? AND type = ? ORDER BY seq",
			...[run, type],
		);
	}

	/** Lets go of what is in memory, of one run or of all. */
	forget(run?: number): void {
		if (run === undefined) this.#tails.clear();
		else this.#tails.delete(run);
	}

	#insertFew(run: number, rows: EventRow[]): void {
		if (rows.length === 0) return;
		this.#tables.change(
			`INSERT INTO run_events (run, seq, type, data, deltas, at) VALUES ${rows.map(() => "(?, ?, ?, ?, ?, ?)").join()}`,
			...rows.flatMap(({ seq, type, data, deltas, at }) => [run, seq, type, data, deltas, at]),
		);
	}

	#insertMany(run: number, rows: EventRow[]): void {
		this.#tables.change(
			`INSERT INTO run_events (run, seq, type, data, deltas, at)
				SELECT ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)`,
			...[run, JSON.stringify(rows.map(({ seq, type, data, deltas, at }) => [seq, type, data, deltas, at]))],
		);
	}

	#remember(run: number, row: EventRow): void {
		const tail = this.#tails.get(run) ?? { from: row.seq, rows: [], length: 0 };
		this.#tails.set(run, tail);
		tail.rows.push(row);
		tail.length += lengthOf(row);
		while (tail.length > maxTailLength) {
			const oldest = tail.rows.shift()!;
			tail.length -= lengthOf(oldest);
			tail.from = oldest.seq + 1;
		}
	}
}

/** Whether all of them are inserted or none, also without a transaction. */
export function isOneStatement(rows: EventRow[]): boolean {
	return rows.length <= fewRows || rows.reduce((sum, row) => sum + lengthOf(row), 0) <= maxStatementLength;
}

function lengthOf({ data, deltas }: EventRow): number {
	return data.length + (deltas?.length ?? 0);
}
