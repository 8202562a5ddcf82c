/** What an index has learnt of its words, as rows, and the vectors that are being made by what it is about to know. */
import { LazyTables } from "#run/lazy-tables";
import { decodeEmbedding, encodeEmbedding } from "./retrieval/embedding-codec.ts";
import type { LocalEmbedding } from "./retrieval/local-embedding.ts";

const tables = `
	CREATE TABLE IF NOT EXISTS learnt_embedding (piece INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
	CREATE TABLE IF NOT EXISTS next_vectors (slot INTEGER PRIMARY KEY, code BLOB NOT NULL);
`;

export class LearntEmbeddings {
	readonly #tables: LazyTables;
	#current: LocalEmbedding | undefined;

	constructor(sql: SqlStorage) {
		this.#tables = new LazyTables(sql, "learnt_embedding", tables);
	}

	/** By which the vectors of the index were made; undefined where there are none. */
	current(): LocalEmbedding | undefined {
		if (this.#current) return this.#current;
		const rows = this.#tables.rows<{ bytes: ArrayBuffer }>("SELECT bytes FROM learnt_embedding ORDER BY piece");
		this.#current = rows.length > 0 ? decodeEmbedding(rows.map(({ bytes }) => new Uint8Array(bytes))) : undefined;
		return this.#current;
	}

	begin(first: LocalEmbedding): void {
		this.#tables.make();
		this.#store(first);
	}

	/** Forgets what an attempt before has left. */
	prepare(): void {
		this.#tables.change("DELETE FROM next_vectors");
	}

	/** Slots without a next vector. */
	missing(limit: number): number[] {
		const query = `SELECT slot FROM vectors WHERE NOT EXISTS (SELECT 1 FROM next_vectors AS next
			WHERE next.slot = vectors.slot) LIMIT ?`;
		return this.#tables.rows<{ slot: number }>(query, limit).map(({ slot }) => slot);
	}

	add(vectors: { slot: number; code: Int16Array<ArrayBuffer> }[]): void {
		for (const { slot, code } of vectors) {
			this.#tables.change("INSERT OR REPLACE INTO next_vectors VALUES (?, ?)", slot, code.buffer);
		}
	}

	/** In the transaction of the caller. */
	adopt(next: LocalEmbedding): void {
		this.#tables.change("UPDATE vectors SET code = next.code FROM next_vectors AS next WHERE next.slot = vectors.slot");
		this.#tables.change("DELETE FROM next_vectors");
		this.#store(next);
	}

	forget(): void {
		this.#current = undefined;
		this.#tables.forget();
	}

	#store(embedding: LocalEmbedding): void {
		this.#tables.change("DELETE FROM learnt_embedding");
		for (const [piece, bytes] of encodeEmbedding(embedding).entries()) {
			this.#tables.change("INSERT INTO learnt_embedding VALUES (?, ?)", piece, bytes.slice().buffer);
		}
		this.#current = embedding;
	}
}
