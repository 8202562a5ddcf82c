/** The leases of a sliding window in a Durable Object's SQLite: one row a batch of admissions. */
import type { Lease, LeaseStore } from "./sliding-window.ts";

export const leasesTable = `
	CREATE TABLE IF NOT EXISTS leases (
		id INTEGER PRIMARY KEY,
		leased_at INTEGER NOT NULL,
		count INTEGER NOT NULL
	) STRICT`;

/** Kept are the newest that together permit `limit` admissions. */
const dropOthers = `
	DELETE FROM leases WHERE id < (
		SELECT max(id) FROM (SELECT id, sum(count) OVER (ORDER BY id DESC) AS permitted FROM leases) WHERE permitted >= ?
	)`;

export function windowLeases(sql: SqlStorage, limit: number): LeaseStore {
	return {
		load() {
			const rows = sql.exec<{ leased_at: number; count: number }>("SELECT leased_at, count FROM leases ORDER BY id");
			return rows.toArray().map((row): Lease => ({ leasedAt: row.leased_at, count: row.count }));
		},
		append({ leasedAt, count }) {
			sql.exec("INSERT INTO leases (leased_at, count) VALUES (?, ?)", leasedAt, count);
			sql.exec(dropOthers, limit);
		},
	};
}
