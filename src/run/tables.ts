/** The tables of the run log, in the SQLite of the Durable Object that is home to the runs. */

/** Runs that somebody still has to do something about; a query that says it in these words finds them by their index. */
export const unsettled = "(ended_at IS NULL OR projected_revision < revision)";

/** Runs that have ended and have events left. */
export const untrimmed = "(ended_at IS NOT NULL AND trimmed_seq < last_seq)";

/** As few indexes as serve: each costs every new object a page and a part of a millisecond. */
export const runTables = `
	CREATE TABLE IF NOT EXISTS runs (
		position INTEGER PRIMARY KEY,
		id TEXT NOT NULL UNIQUE,
		status TEXT NOT NULL,
		caller TEXT NOT NULL,
		input TEXT NOT NULL,
		result TEXT,
		error TEXT,
		last_seq INTEGER NOT NULL DEFAULT 0,
		trimmed_seq INTEGER NOT NULL DEFAULT 0,
		revision INTEGER NOT NULL DEFAULT 1,
		projected_revision INTEGER NOT NULL DEFAULT 0,
		attempts INTEGER NOT NULL DEFAULT 0,
		started_at INTEGER NOT NULL,
		ended_at INTEGER,
		deadline_at INTEGER
	);
	CREATE INDEX IF NOT EXISTS runs_unsettled ON runs (position) WHERE ${unsettled};
	DROP INDEX IF EXISTS runs_untrimmed;
	CREATE INDEX IF NOT EXISTS runs_ended ON runs (ended_at) WHERE ${untrimmed};
	CREATE TABLE IF NOT EXISTS run_events (
		run INTEGER NOT NULL,
		seq INTEGER NOT NULL,
		type TEXT NOT NULL,
		data TEXT NOT NULL,
		deltas TEXT,
		at INTEGER NOT NULL,
		PRIMARY KEY (run, seq)
	) WITHOUT ROWID;
`;

/** A row of `runs`. */
export type RunRow = {
	position: number;
	id: string;
	status: string;
	caller: string;
	input: string;
	result: string | null;
	error: string | null;
	/** When the row last changed: a row of `run_events` may be newer. */
	last_seq: number;
	trimmed_seq: number;
	revision: number;
	projected_revision: number;
	attempts: number;
	started_at: number;
	ended_at: number | null;
	deadline_at: number | null;
};

/** A row of `run_events`; `deltas` holds the deltas that the event replaced, as `FoldedDeltas`. */
export type EventRow = { seq: number; type: string; data: string; deltas: string | null; at: number };
