/** Which execution tries a dead letter again: one for each. */
import { LazyTables } from "#run/lazy-tables";

const redriveTable = `
	CREATE TABLE IF NOT EXISTS call_redrives (run_id TEXT PRIMARY KEY, retried_by TEXT NOT NULL) WITHOUT ROWID;
`;

export class CallRedrives {
	readonly #tables: LazyTables;

	constructor(sql: SqlStorage) {
		this.#tables = new LazyTables(sql, "call_redrives", redriveTable);
	}

	add(runId: string, retriedBy: string): void {
		this.#tables.make();
		this.#tables.change("INSERT INTO call_redrives VALUES (?, ?)", runId, retriedBy);
	}

	of(runId: string): string | undefined {
		const query = "SELECT retried_by FROM call_redrives WHERE run_id = ?";
		return this.#tables.rows<{ retried_by: string }>(query, runId)[0]?.retried_by;
	}

	/** To be called when the table may have gone. */
	forget(): void {
		this.#tables.forget();
	}
}
