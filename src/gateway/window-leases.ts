/** The leases of a sliding window in a Durable Object's SQLite: one row a batch of admissions, the newest few kept. */
import { keptLeases, type Lease, type LeaseStore } from "./sliding-window.ts";

export const leasesTable = `
	CREATE TABLE IF NOT EXISTS leases (
		id INTEGER PRIMARY KEY,
		leased_at INTEGER NOT NULL,
		count INTEGER NOT NULL
	) STRICT`;

export function windowLeases(sql: SqlStorage): LeaseStore {
	return {
		load() {
			const rows = sql.exec<{ leased_at: number; count: number }>(
				"SELECT leased_at, count FROM (SELECT * FROM leases ORDER BY id DESC LIMIT ?) ORDER BY id",
				keptLeases,
			);
			return rows.toArray().map((row): Lease => ({ leasedAt: row.leased_at, count: row.count }));
		},
		append({ leasedAt, count }) {
			const { id } = sql
				.exec<{ id: number }>("INSERT INTO leases (leased_at, count) VALUES (?, ?) RETURNING id", leasedAt, count)
				.one();
			sql.exec("DELETE FROM leases WHERE id <= ?", id - keptLeases);
		},
	};
}
