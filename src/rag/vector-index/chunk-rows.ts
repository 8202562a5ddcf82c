/** The statements of an index. Each takes many rows as one JSON text: a call of SQLite costs more than what it does. */
import type { LazyTables } from "#run/lazy-tables";
import type { IndexedChunk } from "./chunk.ts";
import type { Clause } from "./filter-clause.ts";
import { searchableText } from "./full-text.ts";
import type { StoredVector } from "./index-memory.ts";
import type { ChunkRow } from "./index-tables.ts";

export interface ChunkToWrite {
	chunk: IndexedChunk;
	code: Int16Array;
}

export type Passage = {
	slot: number;
	title: string;
	text: string;
};

export interface Scored {
	slot: number;
	score: number;
}

const listed = "(SELECT value FROM json_each(?))";
const wholeChunks = `SELECT slot, start_at, end_at, page, parent_start, parent_end, chunks.id, text, document_id, owner_id,
	shared, title, metadata FROM chunks JOIN sources ON sources.id = source_id`;
const passages = "SELECT slot, title, text FROM chunks JOIN sources ON sources.id = source_id";
const loadedAtOnce = 1_000;

export class ChunkRows {
	readonly #tables: LazyTables;

	constructor(tables: LazyTables) {
		this.#tables = tables;
	}

	/** Undefined where there are no vectors yet, and any number would do. */
	dimensions(): number | undefined {
		const query = "SELECT length(code) / 2 AS dimensions FROM vectors LIMIT 1";
		return this.#tables.rows<{ dimensions: number }>(query)[0]?.dimensions;
	}

	documents(): number {
		const query = "SELECT count(DISTINCT document_id) AS documents FROM sources";
		return this.#tables.rows<{ documents: number }>(query)[0]?.documents ?? 0;
	}

	*vectors(): Generator<StoredVector> {
		const sources = new Map<number, number>();
		const grouped = "SELECT source_id, json_group_array(slot) AS slots FROM chunks GROUP BY source_id";
		for (const { source_id, slots } of this.#tables.rows<{ source_id: number; slots: string }>(grouped)) {
			for (const slot of JSON.parse(slots) as number[]) sources.set(slot, source_id);
		}
		const page = "SELECT slot, code FROM vectors WHERE slot > ? ORDER BY slot LIMIT ?";
		for (let last = -1, count = loadedAtOnce; count === loadedAtOnce;) {
			const rows = this.#tables.rows<{ slot: number; code: ArrayBuffer }>(page, last, loadedAtOnce);
			for (const { slot, code } of rows) {
				yield { slot, sourceId: sources.get(slot) ?? 0, code: new Int16Array(code) };
			}
			last = rows.at(-1)?.slot ?? last;
			count = rows.length;
		}
	}

	/** `freeSlots` are for those chunks that are new, of which no two have one id. */
	write(written: ChunkToWrite[], freeSlots: number[]): StoredVector[] {
		const ids = JSON.stringify(written.map(({ chunk }) => chunk.id));
		const known = new Map(
			this.#tables
				.rows<{ id: string; slot: number; source_id: number }>(
					`SELECT id, slot, source_id FROM chunks WHERE id IN ${listed}`,
					ids,
				)
				.map((row) => [row.id, row]),
		);
		const sources = new Map<string, number>();
		let used = 0;
		const stored = written.map(({ chunk, code }) => ({
			slot: known.get(chunk.id)?.slot ?? freeSlots[used++]!,
			sourceId: this.#sourceOf(chunk, sources),
			code,
		}));
		this.#writeChunks(written, stored);
		this.#writeVectors(stored);
		this.#writeWords(
			written,
			stored,
			[...known.values()].map(({ slot }) => slot),
		);
		this.#dropUnused([...known.values()].map(({ source_id }) => source_id));
		return stored;
	}

	/** Returns the slots that are free now. */
	remove(documentId: string): number[] {
		const query = "SELECT slot FROM chunks WHERE source_id IN (SELECT id FROM sources WHERE document_id = ?)";
		const slots = this.#tables.rows<{ slot: number }>(query, documentId).map(({ slot }) => slot);
		this.#drop(slots);
		this.#tables.change("DELETE FROM sources WHERE document_id = ?", documentId);
		return slots;
	}

	/** Removes the chunks of a document but those with these ids; returns the slots that are free now. */
	retain(documentId: string, ids: string[]): number[] {
		const query = `SELECT slot FROM chunks WHERE source_id IN (SELECT id FROM sources WHERE document_id = ?)
			AND id NOT IN ${listed}`;
		const slots = this.#tables.rows<{ slot: number }>(query, documentId, JSON.stringify(ids)).map(({ slot }) => slot);
		this.#drop(slots);
		return slots;
	}

	/** In their order, from the place `after` on. */
	ofDocument(documentId: string, after: number, limit: number, clause?: Clause): IndexedChunk[] {
		const query = `${wholeChunks} WHERE document_id = ? ${and(clause)} ORDER BY start_at, slot LIMIT ? OFFSET ?`;
		const values = [documentId, ...(clause?.values ?? []), limit, after];
		return this.#tables.rows<ChunkRow>(query, ...values).map(chunkOf);
	}

	idsOf(documentId: string): string[] {
		const query = "SELECT id FROM chunks WHERE source_id IN (SELECT id FROM sources WHERE document_id = ?)";
		return this.#tables.rows<{ id: string }>(query, documentId).map(({ id }) => id);
	}

	/** At most so many, evenly spread. */
	sample(most: number): Passage[] {
		const [row] = this.#tables.rows<{ chunks: number }>("SELECT count(*) AS chunks FROM chunks");
		const step = Math.max(Math.floor((row?.chunks ?? 0) / most), 1);
		return this.#tables.rows<Passage>(`${passages} WHERE slot % ? = 0 ORDER BY slot LIMIT ?`, step, most);
	}

	passagesAt(slots: number[]): Passage[] {
		return this.#tables.rows<Passage>(`${passages} WHERE slot IN ${listed}`, JSON.stringify(slots));
	}

	sourcesWhere({ sql, values }: Clause): number[] {
		return this.#tables.rows<{ id: number }>(`SELECT id FROM sources WHERE ${sql}`, ...values).map(({ id }) => id);
	}

	codes(slots: number[]): { slot: number; code: Int16Array }[] {
		const query = `SELECT slot, code FROM vectors WHERE slot IN ${listed}`;
		const rows = this.#tables.rows<{ slot: number; code: ArrayBuffer }>(query, JSON.stringify(slots));
		return rows.map(({ slot, code }) => ({ slot, code: new Int16Array(code) }));
	}

	/** The best by BM25. */
	matching(expression: string, clause: Clause | undefined, limit: number): Scored[] {
		const found = "SELECT rowid AS slot, -rank AS score FROM words WHERE words MATCH ?";
		// The plus keeps FTS5 from looking up one slot after the other.
		const visible = clause ? `AND +rowid IN (${slotsWhere(clause)})` : "";
		const values = [expression, ...(clause?.values ?? []), limit];
		return this.#tables.rows<{ slot: number; score: number }>(`${found} ${visible} ORDER BY rank LIMIT ?`, ...values);
	}

	at(slots: number[]): Map<number, IndexedChunk> {
		const rows = this.#tables.rows<ChunkRow>(`${wholeChunks} WHERE slot IN ${listed}`, JSON.stringify(slots));
		return new Map(rows.map((row) => [row.slot, chunkOf(row)]));
	}

	/** Those with these ids, in no order. */
	withIds(ids: string[], clause: Clause | undefined): { slot: number; chunk: IndexedChunk }[] {
		const query = `${wholeChunks} WHERE chunks.id IN ${listed} ${and(clause)}`;
		const rows = this.#tables.rows<ChunkRow>(query, JSON.stringify(ids), ...(clause?.values ?? []));
		return rows.map((row) => ({ slot: row.slot, chunk: chunkOf(row) }));
	}

	/** Those of its document that come next to it, the nearest first. */
	beside(
		{ slot, chunk }: { slot: number; chunk: IndexedChunk },
		side: "before" | "after",
		count: number,
		clause: Clause | undefined,
	): IndexedChunk[] {
		const [operator, order] = side === "before" ? ["<", "DESC"] : [">", "ASC"];
		const query = `${wholeChunks} WHERE document_id = ? AND (start_at, slot) ${operator} (?, ?) ${and(clause)}
			ORDER BY start_at ${order}, slot ${order} LIMIT ?`;
		const values = [chunk.documentId, chunk.start, slot, ...(clause?.values ?? []), count];
		return this.#tables.rows<ChunkRow>(query, ...values).map(chunkOf);
	}

	#drop(slots: number[]): void {
		const list = JSON.stringify(slots);
		for (const table of ["words WHERE rowid", "vectors WHERE slot", "chunks WHERE slot"]) {
			this.#tables.change(`DELETE FROM ${table} IN ${listed}`, list);
		}
	}

	#sourceOf(chunk: IndexedChunk, known: Map<string, number>): number {
		const { documentId, ownerId, shared, title } = chunk;
		const values = [documentId, ownerId, Number(shared), title, JSON.stringify(chunk.metadata)];
		const key = JSON.stringify(values);
		const id = known.get(key) ?? this.#addSource(values);
		known.set(key, id);
		return id;
	}

	#addSource(values: (string | number)[]): number {
		// An update that changes nothing, for the id of a row that was there.
		const statement = `INSERT INTO sources (document_id, owner_id, shared, title, metadata) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET shared = excluded.shared RETURNING id`;
		return this.#tables.rows<{ id: number }>(statement, ...values)[0]!.id;
	}

	#writeChunks(written: ChunkToWrite[], stored: StoredVector[]): void {
		const rows = written.map(({ chunk: { id, text, start, end, page, parent } }, i) => {
			const { slot, sourceId } = stored[i]!;
			return [slot, sourceId, start, end, page, parent?.start, parent?.end, id, text];
		});
		const columns = rows[0]!.map((_, i) => `value ->> ${i}`).join();
		this.#tables.change(`INSERT OR REPLACE INTO chunks SELECT ${columns} FROM json_each(?)`, JSON.stringify(rows));
	}

	/** All of them as one blob, cut apart by SQLite. */
	#writeVectors(stored: StoredVector[]): void {
		const dimensions = stored[0]!.code.length;
		const all = new Int16Array(stored.length * dimensions);
		for (const [i, { code }] of stored.entries()) all.set(code, i * dimensions);
		const slots = JSON.stringify(stored.map(({ slot }) => slot));
		const statement = `INSERT OR REPLACE INTO vectors
			SELECT value, substr(?1, 1 + key * ?2, ?2) FROM json_each(?3)`;
		this.#tables.change(statement, all.buffer, dimensions * 2, slots);
	}

	#writeWords(written: ChunkToWrite[], stored: StoredVector[], replaced: number[]): void {
		if (replaced.length > 0) {
			this.#tables.change(`DELETE FROM words WHERE rowid IN ${listed}`, JSON.stringify(replaced));
		}
		const rows = written.flatMap(({ chunk: { title, text } }, i) =>
			title || text ? [[stored[i]!.slot, searchableText(title), searchableText(text)]] : [],
		);
		if (rows.length === 0) return;
		const statement = `INSERT INTO words (rowid, title, text)
			SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`;
		this.#tables.change(statement, JSON.stringify(rows));
	}

	#dropUnused(sourceIds: number[]): void {
		if (sourceIds.length === 0) return;
		const unused = "NOT EXISTS (SELECT 1 FROM chunks WHERE source_id = sources.id)";
		this.#tables.change(`DELETE FROM sources WHERE id IN ${listed} AND ${unused}`, JSON.stringify(sourceIds));
	}
}

function slotsWhere({ sql }: Clause): string {
	return `SELECT slot FROM chunks WHERE source_id IN (SELECT id FROM sources WHERE ${sql})`;
}

function and(clause: Clause | undefined): string {
	return clause ? `AND ${clause.sql}` : "";
}

function chunkOf(row: ChunkRow): IndexedChunk {
	return {
		id: row.id,
		documentId: row.document_id,
		ownerId: row.owner_id,
		shared: row.shared === 1,
		title: row.title,
		text: row.text,
		metadata: JSON.parse(row.metadata) as IndexedChunk["metadata"],
		start: row.start_at,
		end: row.end_at,
		page: row.page ?? undefined,
		parent:
			row.parent_start === null ? undefined : { start: row.parent_start, end: row.parent_end ?? row.parent_start },
	};
}
