/**
 * What an owner's triggers are going to do: when schedules are due, and the causes for which an execution has still to
 * begin. Rows, so that a crash forgets none.
 */
import { LazyTables } from "#run/lazy-tables";

/** Until when a schedule's times are dealt with, and when to look at it next; Unix milliseconds. */
export interface Plan {
	triggerId: string;
	since: number;
	nextAt: number;
}

export interface Firing {
	triggerId: string;
	/** As in `TriggeredBy`. */
	cause: string;
	/** How many executions stand above the one that is to begin. */
	depth: number;
}

export interface DueFiring extends Firing {
	/** How often it was tried. */
	attempts: number;
}

const tables = `
	CREATE TABLE IF NOT EXISTS plans (
		trigger_id TEXT PRIMARY KEY, since INTEGER NOT NULL, next_at INTEGER NOT NULL
	) WITHOUT ROWID;
	CREATE INDEX IF NOT EXISTS plans_next ON plans (next_at);
	CREATE TABLE IF NOT EXISTS firings (
		trigger_id TEXT NOT NULL, cause TEXT NOT NULL, depth INTEGER NOT NULL, attempts INTEGER NOT NULL,
		next_at INTEGER NOT NULL, PRIMARY KEY (trigger_id, cause)
	) WITHOUT ROWID;
	CREATE INDEX IF NOT EXISTS firings_next ON firings (next_at);
`;

export class TriggerPlans {
	readonly #storage: DurableObjectStorage;
	readonly #tables: LazyTables;

	constructor(storage: DurableObjectStorage) {
		this.#storage = storage;
		this.#tables = new LazyTables(storage.sql, "plans", tables);
	}

	set({ triggerId, since, nextAt }: Plan): void {
		this.#tables.make();
		this.#tables.change("INSERT OR REPLACE INTO plans VALUES (?, ?, ?)", triggerId, since, nextAt);
	}

	delete(triggerId: string): void {
		this.#tables.change("DELETE FROM plans WHERE trigger_id = ?", triggerId);
	}

	due(now: number, limit: number): Plan[] {
		return this.#tables.rows<{ triggerId: string; since: number; nextAt: number }>(
			"SELECT trigger_id AS triggerId, since, next_at AS nextAt FROM plans WHERE next_at <= ? ORDER BY next_at LIMIT ?",
			now,
			limit,
		);
	}

	/** Has the executions begin and puts `next` in the plan's place, unless somebody else has changed it. */
	decide(plan: Plan, next: Plan | undefined, firings: Firing[]): void {
		this.#storage.transactionSync(() => {
			const { triggerId, since, nextAt } = plan;
			const unchanged = "SELECT 1 FROM plans WHERE trigger_id = ? AND since = ? AND next_at = ?";
			if (this.#tables.rows(unchanged, triggerId, since, nextAt).length === 0) return;
			if (next) this.set(next);
			else this.delete(triggerId);
			this.add(firings);
		});
	}

	/** What waits already is not added again. */
	add(firings: Firing[]): void {
		if (firings.length === 0) return;
		this.#tables.make();
		for (const { triggerId, cause, depth } of firings) {
			this.#tables.change("INSERT OR IGNORE INTO firings VALUES (?, ?, ?, 0, 0)", triggerId, cause, depth);
		}
	}

	firings(now: number, limit: number): DueFiring[] {
		return this.#tables.rows<{ triggerId: string; cause: string; depth: number; attempts: number }>(
			`SELECT trigger_id AS triggerId, cause, depth, attempts FROM firings WHERE next_at <= ?
				ORDER BY next_at, trigger_id, cause LIMIT ?`,
			now,
			limit,
		);
	}

	remove({ triggerId, cause }: Firing): void {
		this.#tables.change("DELETE FROM firings WHERE trigger_id = ? AND cause = ?", triggerId, cause);
	}

	retry({ triggerId, cause }: Firing, nextAt: number): void {
		const statement = "UPDATE firings SET attempts = attempts + 1, next_at = ? WHERE trigger_id = ? AND cause = ?";
		this.#tables.change(statement, nextAt, triggerId, cause);
	}

	/** When something is to be done, Unix milliseconds. */
	next(): number | undefined {
		const [row] = this.#tables.rows<{ next: number | null }>(
			"SELECT min(next) AS next FROM (SELECT min(next_at) AS next FROM plans UNION ALL SELECT min(next_at) FROM firings)",
		);
		return row?.next ?? undefined;
	}
}
