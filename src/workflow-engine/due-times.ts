/** When executions that wait are due: rows, so that a crash forgets none, and one alarm for all of them. */
import { LazyTables } from "#run/lazy-tables";

const dueTable = `
	CREATE TABLE IF NOT EXISTS due_times (run_id TEXT PRIMARY KEY, due_at INTEGER NOT NULL) WITHOUT ROWID;
`;

export class DueTimes {
	readonly #tables: LazyTables;
	/** Undefined until somebody asks. */
	#known: Map<string, number> | undefined;

	constructor(sql: SqlStorage) {
		this.#tables = new LazyTables(sql, "due_times", dueTable);
	}

	/** Unix milliseconds. */
	of(runId: string): number | undefined {
		return this.#all().get(runId);
	}

	set(runId: string, dueAt: number): void {
		this.#tables.make();
		this.#tables.change("INSERT OR REPLACE INTO due_times VALUES (?, ?)", runId, Math.ceil(dueAt));
		this.#all().set(runId, dueAt);
	}

	delete(runId: string): void {
		if (this.#all().delete(runId)) this.#tables.change("DELETE FROM due_times WHERE run_id = ?", runId);
	}

	/** The earliest of all. */
	next(): number | undefined {
		const dues = this.#all();
		if (dues.size === 0) return undefined;
		let next = Infinity;
		for (const dueAt of dues.values()) if (dueAt < next) next = dueAt;
		return next;
	}

	/** Those that are due at `now`. */
	before(now: number): string[] {
		return [...this.#all()].filter(([, dueAt]) => dueAt <= now).map(([runId]) => runId);
	}

	/** Lets go of what is in memory: it may no longer be what is stored. */
	forget(): void {
		this.#tables.forget();
		this.#known = undefined;
	}

	#all(): Map<string, number> {
		this.#known ??= new Map(
			this.#tables
				.rows<{ run_id: string; due_at: number }>("SELECT run_id, due_at FROM due_times")
				.map(({ run_id, due_at }) => [run_id, due_at]),
		);
		return this.#known;
	}
}
