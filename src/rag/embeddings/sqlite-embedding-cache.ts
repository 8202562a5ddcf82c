/**
 * Vectors that were paid for, in the SQLite of a Durable Object. When there are too many, those go that nobody asked
 * for the longest.
 */
import { LazyTables } from "#run/lazy-tables";
import type { CachedEmbedding, EmbeddingCache } from "./cached-embedder.ts";

const tables = `
CREATE TABLE IF NOT EXISTS embeddings (
	id INTEGER PRIMARY KEY,
	key TEXT NOT NULL UNIQUE,
	-- 32-bit floats, as they lie in memory.
	vector BLOB NOT NULL,
	-- Unix time in milliseconds, exact to an hour.
	used_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS embeddings_by_use ON embeddings (used_at, id);
`;
/** Writes cost more than reads, and which of two vectors was used an hour later does not matter. */
const usesNotedEvery = 3_600_000;

export class SqliteEmbeddingCache implements EmbeddingCache {
	readonly #sql: SqlStorage;
	readonly #tables: LazyTables;
	readonly #mostBytes: number;
	/** Of all vectors; undefined until somebody adds one. */
	#bytes: number | undefined;

	/** `mostBytes` counts vectors, of 4 bytes a dimension; the file was measured at 1.4 times that. */
	constructor(sql: SqlStorage, mostBytes: number) {
		this.#sql = sql;
		this.#tables = new LazyTables(sql, "embeddings", tables);
		this.#mostBytes = mostBytes;
	}

	async get(keys: string[]): Promise<Map<string, Float32Array>> {
		const asked = JSON.stringify(keys);
		const rows = this.#tables.rows<{ key: string; vector: ArrayBuffer }>(
			"SELECT key, vector FROM embeddings WHERE key IN (SELECT value FROM json_each(?))",
			asked,
		);
		const now = Date.now();
		this.#tables.change(
			"UPDATE embeddings SET used_at = ? WHERE key IN (SELECT value FROM json_each(?)) AND used_at <= ?",
			now,
			asked,
			now - usesNotedEvery,
		);
		return new Map(rows.map(({ key, vector }) => [key, new Float32Array(vector)]));
	}

	async put(entries: readonly CachedEmbedding[]): Promise<void> {
		if (entries.length === 0) return;
		this.#tables.make();
		let bytes = (this.#bytes ??= this.#storedBytes());
		const now = Date.now();
		for (const { key, vector } of entries) {
			const { rowsWritten } = this.#sql.exec(
				"INSERT INTO embeddings (key, vector, used_at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
				key,
				vector.slice().buffer,
				now,
			);
			if (rowsWritten > 0) bytes += vector.byteLength;
		}
		while (bytes > this.#mostBytes) bytes -= this.#removeOldest();
		this.#bytes = bytes;
	}

	/** What is in memory may no longer be what is stored. */
	forget(): void {
		this.#tables.forget();
		this.#bytes = undefined;
	}

	#storedBytes(): number {
		return this.#sql.exec<{ bytes: number }>("SELECT total(length(vector)) AS bytes FROM embeddings").one().bytes;
	}

	/** Returns the bytes of its vector. */
	#removeOldest(): number {
		return this.#sql
			.exec<{ bytes: number }>(
				`DELETE FROM embeddings WHERE id = (SELECT id FROM embeddings ORDER BY used_at, id LIMIT 1)
				RETURNING length(vector) AS bytes`,
			)
			.one().bytes;
	}
}
