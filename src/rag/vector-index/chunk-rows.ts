/** What is read from the tables of an index, and removed from them; write-chunks.ts fills them. */
import type { LazyTables } from "#run/lazy-tables";
import type { Hit, IndexedChunk } from "./chunk.ts";
import type { Clause } from "./filter-clause.ts";
import type { StoredVector } from "./index-memory.ts";

const listed = "(SELECT value FROM json_each(?))";
const tables = "chunks JOIN sources ON sources.id = source_id";
/** One value a row, since each column of a row that goes from SQLite to JavaScript costs more than the row. */
const whole = `json_array(chunks.slot, start_at, end_at, page, page_end, parent_start, parent_end, chunks.id, text,
	document_id, owner_id, shared, title, json(metadata)) AS whole`;
const wholeChunks = `SELECT ${whole} FROM ${tables}`;
const passages = "SELECT slot, title, text FROM chunks JOIN sources ON sources.id = source_id";
const loadedAtOnce = 1_000;

export type Passage = {
	slot: number;
	title: string;
	text: string;
};

export type ScoredSlot = {
	slot: number;
	score: number;
};

type WholeRow = { whole: string };

type Values = [
	...numbers: [slot: number, start: number, end: number],
	...optional: [page: number | null, pageEnd: number | null, parentStart: number | null, parentEnd: number | null],
	...texts: [id: string, text: string, documentId: string, ownerId: string],
	...common: [shared: number, title: string, metadata: IndexedChunk["metadata"]],
];

type PlacedChunk = { slot: number; chunk: IndexedChunk };

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

	/** Returns the slots that are free now. */
	remove(documentId: string): number[] {
		const slots = this.slotsOf(documentId);
		this.#drop(slots);
		this.#tables.change("DELETE FROM sources WHERE document_id = ?", documentId);
		return slots;
	}

	/** Of the chunks of a document but those with these ids. */
	slotsOf(documentId: string, but: string[] = []): number[] {
		const query = `SELECT slot FROM chunks WHERE source_id IN (SELECT id FROM sources WHERE document_id = ?)
			AND id NOT IN ${listed}`;
		return this.#tables.rows<{ slot: number }>(query, documentId, JSON.stringify(but)).map(({ slot }) => slot);
	}

	idsOf(documentId: string): string[] {
		const query = "SELECT id FROM chunks WHERE source_id IN (SELECT id FROM sources WHERE document_id = ?)";
		return this.#tables.rows<{ id: string }>(query, documentId).map(({ id }) => id);
	}

	/** Removes the chunks of a document but those with these ids; returns the slots that are free now. */
	retain(documentId: string, ids: string[]): number[] {
		const slots = this.slotsOf(documentId, ids);
		this.#drop(slots);
		return slots;
	}

	/** In their order, from the place `after` on. */
	ofDocument(documentId: string, after: number, limit: number, clause?: Clause): IndexedChunk[] {
		const query = `${wholeChunks} WHERE document_id = ? ${and(clause)} ORDER BY start_at, slot LIMIT ? OFFSET ?`;
		const values = [documentId, ...(clause?.values ?? []), limit, after];
		return this.#whole(query, ...values).map(({ chunk }) => chunk);
	}

	/** At most so many, evenly spread. */
	sample(most: number): Passage[] {
		const [row] = this.#tables.rows<{ slots: number }>("SELECT max(slot) + 1 AS slots FROM chunks");
		const slots = Math.max(row?.slots ?? 0, 1);
		const query = `${passages} WHERE (slot + 1) * ?1 / ?2 > slot * ?1 / ?2 ORDER BY slot`;
		return this.#tables.rows<Passage>(query, Math.min(most, slots), slots);
	}

	passagesAt(slots: number[]): Passage[] {
		return this.#tables.rows<Passage>(`${passages} WHERE slot IN ${listed}`, JSON.stringify(slots));
	}

	/** Those of the words that some text has, in this form or another of the same stem. */
	wordsWithText(words: string[]): Set<string> {
		const query = `SELECT value AS word FROM json_each(?) WHERE EXISTS
			(SELECT 1 FROM words WHERE words MATCH '"' || value || '"')`;
		return new Set(this.#tables.rows<{ word: string }>(query, JSON.stringify(words)).map(({ word }) => word));
	}

	at(slots: number[]): Map<number, IndexedChunk> {
		const found = this.#whole(`${wholeChunks} WHERE slot IN ${listed}`, JSON.stringify(slots));
		return new Map(found.map(({ slot, chunk }) => [slot, chunk]));
	}

	codes(slots: number[]): { slot: number; code: Int16Array }[] {
		const query = `SELECT slot, code FROM vectors WHERE slot IN ${listed}`;
		const rows = this.#tables.rows<{ slot: number; code: ArrayBuffer }>(query, JSON.stringify(slots));
		return rows.map(({ slot, code }) => ({ slot, code: new Int16Array(code) }));
	}

	sourcesWhere({ sql, values }: Clause): number[] {
		return this.#tables.rows<{ id: number }>(`SELECT id FROM sources WHERE ${sql}`, ...values).map(({ id }) => id);
	}

	withCodes(slots: number[]): { code: Int16Array; chunk: IndexedChunk }[] {
		const query = `SELECT ${whole}, code FROM ${tables} JOIN vectors USING (slot) WHERE chunks.slot IN ${listed}`;
		const rows = this.#tables.rows<WholeRow & { code: ArrayBuffer }>(query, JSON.stringify(slots));
		return rows.map((row) => ({ code: new Int16Array(row.code), chunk: placedChunk(row).chunk }));
	}

	/** The best by BM25. */
	matchingSlots(expression: string, clause: Clause | undefined, limit: number): ScoredSlot[] {
		const values = [expression, ...(clause?.values ?? []), limit];
		return this.#tables.rows<ScoredSlot>(bestMatches(clause), ...values);
	}

	/** The same, whole. */
	matching(expression: string, clause: Clause | undefined, limit: number): Hit[] {
		const best = bestMatches(clause);
		const query = `SELECT ${whole}, score FROM (${best}) AS best CROSS JOIN ${tables} WHERE chunks.slot = best.slot
			ORDER BY score DESC`;
		const values = [expression, ...(clause?.values ?? []), limit];
		const rows = this.#tables.rows<WholeRow & { score: number }>(query, ...values);
		return rows.map((row) => ({ chunk: placedChunk(row).chunk, score: row.score }));
	}

	/** Those with these ids, in no order. */
	withIds(ids: string[], clause: Clause | undefined): PlacedChunk[] {
		const query = `${wholeChunks} WHERE chunks.id IN ${listed} ${and(clause)}`;
		return this.#whole(query, JSON.stringify(ids), ...(clause?.values ?? []));
	}

	#whole(query: string, ...values: SqlStorageValue[]): PlacedChunk[] {
		return this.#tables.rows<WholeRow>(query, ...values).map(placedChunk);
	}

	#drop(slots: number[]): void {
		const list = JSON.stringify(slots);
		for (const table of ["words WHERE rowid", "vectors WHERE slot", "chunks WHERE slot"]) {
			this.#tables.change(`DELETE FROM ${table} IN ${listed}`, list);
		}
	}

	/** Those of its document that come next to it, the nearest first. */
	beside(
		{ slot, chunk }: PlacedChunk,
		side: "before" | "after",
		count: number,
		clause: Clause | undefined,
	): IndexedChunk[] {
		const [operator, order] = side === "before" ? ["<", "DESC"] : [">", "ASC"];
		const query = `${wholeChunks} WHERE document_id = ? AND (start_at, slot) ${operator} (?, ?) ${and(clause)}
			ORDER BY start_at ${order}, slot ${order} LIMIT ?`;
		const values = [chunk.documentId, chunk.start, slot, ...(clause?.values ?? []), count];
		return this.#whole(query, ...values).map(({ chunk }) => chunk);
	}
}

function bestMatches(clause: Clause | undefined): string {
	const found = "SELECT rowid AS slot, -rank AS score FROM words WHERE words MATCH ?";
	// The plus keeps FTS5 from looking up one slot after the other.
	const visible = clause ? `AND +rowid IN (${slotsWhere(clause)})` : "";
	return `${found} ${visible} ORDER BY rank LIMIT ?`;
}

function slotsWhere({ sql }: Clause): string {
	return `SELECT slot FROM chunks WHERE source_id IN (SELECT id FROM sources WHERE ${sql})`;
}

function and(clause: Clause | undefined): string {
	return clause ? `AND ${clause.sql}` : "";
}

function placedChunk(row: WholeRow): PlacedChunk {
	const [slot, start, end, page, pageEnd, parentStart, parentEnd, id, text, ...common] = JSON.parse(
		row.whole,
	) as Values;
	const [documentId, ownerId, shared, title, metadata] = common;
	const chunk = {
		...{ id, documentId, ownerId, shared: shared === 1, title, text, metadata, start, end },
		page: page ?? undefined,
		pageEnd: pageEnd ?? undefined,
		parent: parentStart === null ? undefined : { start: parentStart, end: parentEnd ?? parentStart },
	};
	return { slot, chunk };
}
