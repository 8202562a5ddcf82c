/**
 * Which processing of a document is its newest, and which documents are gone: rows of the object that processes them.
 * What an older processing says of a document counts no more, and a document that is gone is processed no more.
 */
import { LazyTables } from "#run/lazy-tables";

const tables = `
	CREATE TABLE IF NOT EXISTS newest_runs (document_id TEXT PRIMARY KEY, run_id TEXT NOT NULL) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS gone_documents (document_id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
`;
/** Nobody is on his way for longer. */
const goneForMs = 86_400_000;

export class DocumentRuns {
	readonly #tables: LazyTables;

	constructor(sql: SqlStorage) {
		this.#tables = new LazyTables(sql, "newest_runs", tables);
	}

	begin(documentId: string, runId: string): void {
		this.#tables.make();
		this.#tables.change("INSERT OR REPLACE INTO newest_runs VALUES (?, ?)", documentId, runId);
	}

	isNewest(documentId: string, runId: string): boolean {
		const query = "SELECT run_id FROM newest_runs WHERE document_id = ?";
		return this.#tables.rows<{ run_id: string }>(query, documentId)[0]?.run_id === runId;
	}

	end(documentId: string): void {
		const now = Date.now();
		this.#tables.make();
		this.#tables.change("DELETE FROM newest_runs WHERE document_id = ?", documentId);
		this.#tables.change("INSERT OR REPLACE INTO gone_documents VALUES (?, ?)", documentId, now);
		this.#tables.change("DELETE FROM gone_documents WHERE at < ?", now - goneForMs);
	}

	isGone(documentId: string): boolean {
		return this.#tables.rows("SELECT 1 FROM gone_documents WHERE document_id = ?", documentId).length > 0;
	}

	/** What is in memory may no longer be what is stored. */
	forget(): void {
		this.#tables.forget();
	}
}
