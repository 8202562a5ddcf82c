/**
 * Writes chunks into the tables of an index. A statement takes many rows as one JSON text, since a call of SQLite costs
 * more than what it does; but not more than SQLite takes, which in production is 2 MB a value.
 */
import type { LazyTables } from "#run/lazy-tables";
import type { IndexedChunk } from "./chunk.ts";
import { searchableText } from "./full-text.ts";
import type { StoredVector } from "./index-memory.ts";

export interface ChunkToWrite {
	chunk: IndexedChunk;
	/** What `encodeVector` makes. */
	code: Int16Array;
}

type Stored = StoredVector & { chunk: IndexedChunk };

const listed = "(SELECT value FROM json_each(?))";
const mostVectorBytes = 1_000_000;
/** In JSON up to six bytes each. */
const mostCharacters = 250_000;

/** `freeSlots` are for those chunks that are new, of which no two have one id. */
export function writeChunks(tables: LazyTables, written: ChunkToWrite[], freeSlots: number[]): StoredVector[] {
	const ids = JSON.stringify(written.map(({ chunk }) => chunk.id));
	const query = `SELECT id, slot, source_id FROM chunks WHERE id IN ${listed}`;
	const replaced = tables.rows<{ id: string; slot: number; source_id: number }>(query, ids);
	const slots = new Map(replaced.map(({ id, slot }) => [id, slot]));
	const sources = new Map<string, number>();
	let used = 0;
	const stored = written.map(({ chunk, code }) => ({
		slot: slots.get(chunk.id) ?? freeSlots[used++]!,
		sourceId: sourceOf(tables, chunk, sources),
		code,
		chunk,
	}));
	if (replaced.length > 0)
		tables.change(`DELETE FROM words WHERE rowid IN ${listed}`, JSON.stringify([...slots.values()]));
	for (const part of partsOf(stored)) {
		insertChunks(tables, part);
		insertVectors(tables, part);
		insertWords(tables, part);
	}
	const unused = "NOT EXISTS (SELECT 1 FROM chunks WHERE source_id = sources.id)";
	const before = JSON.stringify(replaced.map(({ source_id }) => source_id));
	if (replaced.length > 0) tables.change(`DELETE FROM sources WHERE id IN ${listed} AND ${unused}`, before);
	return stored;
}

/** `known` are those that this batch has met. */
function sourceOf(tables: LazyTables, chunk: IndexedChunk, known: Map<string, number>): number {
	const { documentId, ownerId, shared, title, metadata } = chunk;
	const values = [documentId, ownerId, Number(shared), title, JSON.stringify(metadata)];
	const key = JSON.stringify(values);
	const id = known.get(key) ?? addSource(tables, values);
	known.set(key, id);
	return id;
}

function addSource(tables: LazyTables, values: (string | number)[]): number {
	// An update that changes nothing, for the id of a row that was there.
	const statement = `INSERT INTO sources (document_id, owner_id, shared, title, metadata) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET shared = excluded.shared RETURNING id`;
	return tables.rows<{ id: number }>(statement, ...values)[0]!.id;
}

function* partsOf(stored: Stored[]): Generator<Stored[]> {
	let part: Stored[] = [];
	let [bytes, characters] = [0, 0];
	for (const one of stored) {
		bytes += one.code.byteLength;
		characters += one.chunk.text.length + one.chunk.title.length;
		if (part.length > 0 && (bytes > mostVectorBytes || characters > mostCharacters)) {
			yield part;
			part = [];
			bytes = one.code.byteLength;
			characters = one.chunk.text.length + one.chunk.title.length;
		}
		part.push(one);
	}
	yield part;
}

function insertChunks(tables: LazyTables, stored: Stored[]): void {
	const rows = stored.map(({ slot, sourceId, chunk: { id, text, start, end, page, pageEnd, parent } }) => {
		return [slot, sourceId, start, end, page, parent?.start, parent?.end, id, text, pageEnd];
	});
	const columns = rows[0]!.map((_, i) => `value ->> ${i}`).join();
	tables.change(`INSERT OR REPLACE INTO chunks SELECT ${columns} FROM json_each(?)`, JSON.stringify(rows));
}

/** All of them as one blob, cut apart by SQLite. */
function insertVectors(tables: LazyTables, stored: Stored[]): void {
	const dimensions = stored[0]!.code.length;
	const all = new Int16Array(stored.length * dimensions);
	for (const [i, { code }] of stored.entries()) all.set(code, i * dimensions);
	const slots = JSON.stringify(stored.map(({ slot }) => slot));
	const statement = "INSERT OR REPLACE INTO vectors SELECT value, substr(?1, 1 + key * ?2, ?2) FROM json_each(?3)";
	tables.change(statement, all.buffer, dimensions * 2, slots);
}

function insertWords(tables: LazyTables, stored: Stored[]): void {
	const worded = stored.filter(({ chunk: { title, text } }) => title || text);
	if (worded.length === 0) return;
	const rows = worded.map(({ slot, chunk }) => [slot, searchableText(chunk.title), searchableText(chunk.text)]);
	const statement = `INSERT INTO words (rowid, title, text)
		SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`;
	tables.change(statement, JSON.stringify(rows));
}
