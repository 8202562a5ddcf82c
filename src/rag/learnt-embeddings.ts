/** What an index has learnt of its words, as rows, and the vectors that are being made by what it is about to know. */
import { LazyTables } from "#run/lazy-tables";
import { decodeEmbedding, encodeEmbedding } from "./retrieval/embedding-codec.ts";
import { LocalEmbedding } from "./retrieval/local-embedding.ts";

/** A vector that is written or removed meanwhile takes its next one with it: that is of another text. */
const tables = `
	CREATE TABLE IF NOT EXISTS learnt_embedding (piece INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
	CREATE TABLE IF NOT EXISTS next_vectors (slot INTEGER PRIMARY KEY, code BLOB NOT NULL);
	CREATE TRIGGER IF NOT EXISTS next_of_written AFTER INSERT ON vectors BEGIN
		DELETE FROM next_vectors WHERE slot = new.slot;
	END;
	CREATE TRIGGER IF NOT EXISTS next_of_removed AFTER DELETE ON vectors BEGIN
		DELETE FROM next_vectors WHERE slot = old.slot;
	END;
`;

export class LearntEmbeddings {
	readonly #tables: LazyTables;
	#current: LocalEmbedding | undefined;
	/** Up to which slot next vectors were looked for. */
	#lookedTo = -1;

	/** The table of vectors has to be there before the first write. */
	constructor(sql: SqlStorage) {
		this.#tables = new LazyTables(sql, "learnt_embedding", tables);
	}

	/** By which the vectors of the index were made; undefined where none were, or by another version of this. */
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
		this.#lookedTo = -1;
		this.#tables.change("DELETE FROM next_vectors");
	}

	/** Slots without a next vector; none when all have one, those included that were written meanwhile. */
	missing(limit: number): number[] {
		const query = `SELECT slot FROM vectors WHERE slot > ? AND NOT EXISTS
			(SELECT 1 FROM next_vectors AS next WHERE next.slot = vectors.slot) ORDER BY slot LIMIT ?`;
		const look = () => this.#tables.rows<{ slot: number }>(query, this.#lookedTo, limit).map(({ slot }) => slot);
		let slots = look();
		if (slots.length === 0 && this.#lookedTo >= 0) {
			this.#lookedTo = -1;
			slots = look();
		}
		this.#lookedTo = slots.at(-1) ?? -1;
		return slots;
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

	/** Of words that no text has any more, nothing is kept. */
	forgetWords(words: ReadonlySet<string>): void {
		const embedding = this.current();
		if (!embedding || words.size === 0 || !embedding.state.words.some((word) => words.has(word))) return;
		const left = embedding.state.words.map((word) => (words.has(word) ? "" : word));
		this.#store(new LocalEmbedding({ ...embedding.state, words: left }));
	}

	/** Nothing is left that it was learnt from. */
	clear(): void {
		this.#current = undefined;
		this.#tables.change("DELETE FROM learnt_embedding");
		this.#tables.change("DELETE FROM next_vectors");
	}

	/** What is in memory may no longer be what is stored. */
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
