/**
 * Writes chunks into the tables of an index. A statement takes many rows as one JSON text, since a call of SQLite costs
 * more than what it does; but not more than SQLite takes, which in production is 2 MB a value. `json_each` would write a
 * row as text again before its values can be taken out; `jsonb_each` does not.
 */
import type { LazyTables } from "#run/lazy-tables";
import type { ChunkValues, SourceValues } from "./chunk-batch.ts";
import { searchableText } from "./full-text.ts";
import type { StoredVector } from "./index-memory.ts";

export interface ChunksToWrite {
	/** No two are the same. */
	sources: SourceValues[];
	/** No two have one id. */
	chunks: ChunkValues[];
	/** Of the chunks, one after the other. */
	codes: Int16Array<ArrayBuffer>;
}

interface Stored extends StoredVector {
	chunk: ChunkValues;
	title: string;
}

/** Those that many chunks lack come last. */
const columns = [
	...["slot", "source_id", "start_at", "end_at", "id", "text"],
	...["page", "page_end", "parent_start", "parent_end"],
];
const listed = "(SELECT value FROM json_each(?))";
const mostVectorBytes = 1_000_000;
/** In JSON up to six bytes each. */
const mostCharacters = 250_000;

/** `freeSlots` are as many as the chunks. */
export function writeChunks(
	tables: LazyTables,
	{ sources, chunks, codes }: ChunksToWrite,
	freeSlots: number[],
): StoredVector[] {
	const sourceIds = writeSources(tables, sources);
	const dimensions = codes.length / chunks.length;
	const stored = chunks.map((chunk, i) => ({
		slot: freeSlots[i]!,
		sourceId: sourceIds[chunk[0]]!,
		code: codes.subarray(i * dimensions, (i + 1) * dimensions),
		chunk,
		title: sources[chunk[0]]![3],
	}));
	const parts = [...partsOf(stored, shareOfStatement)];
	// Most are new, so that it is tried before it is asked which are not.
	let added = 0;
	for (const part of parts) added += insertChunks(tables, "INSERT OR IGNORE", part);
	if (added < stored.length) replaceChunks(tables, stored);
	for (const part of parts) {
		insertVectors(tables, part);
		insertWords(tables, part);
	}
	return stored;
}

/** Gives those whose ids were there before the slots that these ids have. */
function replaceChunks(tables: LazyTables, stored: Stored[]): void {
	const ids = JSON.stringify(stored.map(({ chunk }) => idOf(chunk)));
	const tried = JSON.stringify(stored.map(({ slot }) => slot));
	const query = `SELECT id, slot, source_id FROM chunks WHERE id IN ${listed} AND slot NOT IN ${listed}`;
	const before = tables.rows<{ id: string; slot: number; source_id: number }>(query, ids, tried);
	const slots = new Map(before.map(({ id, slot }) => [id, slot]));
	const replacing = stored.filter(({ chunk }) => slots.has(idOf(chunk)));
	for (const one of replacing) one.slot = slots.get(idOf(one.chunk))!;
	tables.change(`DELETE FROM words WHERE rowid IN ${listed}`, JSON.stringify([...slots.values()]));
	for (const part of partsOf(replacing, shareOfStatement)) insertChunks(tables, "INSERT OR REPLACE", part);
	const unused = "NOT EXISTS (SELECT 1 FROM chunks WHERE source_id = sources.id)";
	const sources = JSON.stringify(before.map(({ source_id }) => source_id));
	tables.change(`DELETE FROM sources WHERE id IN ${listed} AND ${unused}`, sources);
}

/** Adds those that are not there; the ids of all, in their order. */
function writeSources(tables: LazyTables, sources: SourceValues[]): number[] {
	const values = [0, 1, 2, 3, 4].map((i) => `value ->> ${i}`).join();
	const common = "document_id, owner_id, shared, title, metadata";
	const ids: number[] = [];
	for (const part of partsOf(sources, ([, , , title, metadata]) => (title.length + metadata.length) / mostCharacters)) {
		const rows = JSON.stringify(part);
		tables.change(`INSERT OR IGNORE INTO sources (${common}) SELECT ${values} FROM jsonb_each(?)`, rows);
		const query = `SELECT sources.id FROM jsonb_each(?) CROSS JOIN sources ON (${common}) = (${values}) ORDER BY key`;
		ids.push(...tables.rows<{ id: number }>(query, rows).map(({ id }) => id));
	}
	return ids;
}

/** As many at once as have a sum of at most 1, or one. */
function* partsOf<Item>(items: Item[], shareOf: (item: Item) => number): Generator<Item[]> {
	let part: Item[] = [];
	let sum = 0;
	for (const item of items) {
		const share = shareOf(item);
		if (part.length > 0 && sum + share > 1) {
			yield part;
			part = [];
			sum = 0;
		}
		part.push(item);
		sum += share;
	}
	yield part;
}

function shareOfStatement({ code, chunk, title }: Stored): number {
	return Math.max(code.byteLength / mostVectorBytes, (textOf(chunk).length + title.length) / mostCharacters);
}

/** Returns how many rows that changed. */
function insertChunks(tables: LazyTables, insert: string, stored: Stored[]): number {
	const rows = stored.map(({ slot, sourceId, chunk: [, ...values] }) => [slot, sourceId, ...values]);
	const most = Math.max(...rows.map(({ length }) => length));
	insertRows(tables, `${insert} INTO chunks`, columns.slice(0, most), rows);
	return tables.rows<{ changed: number }>("SELECT changes() AS changed")[0]!.changed;
}

/** All of them as one blob, cut apart by SQLite. */
function insertVectors(tables: LazyTables, stored: Stored[]): void {
	const [first, last] = [stored[0]!.code, stored.at(-1)!.code];
	const all = first.buffer.slice(first.byteOffset, last.byteOffset + last.byteLength) as ArrayBuffer;
	const slots = JSON.stringify(stored.map(({ slot }) => slot));
	const statement = "INSERT OR REPLACE INTO vectors SELECT value, substr(?1, 1 + key * ?2, ?2) FROM json_each(?3)";
	tables.change(statement, all, first.byteLength, slots);
}

function insertWords(tables: LazyTables, stored: Stored[]): void {
	const worded = stored.filter(({ chunk, title }) => title || textOf(chunk));
	if (worded.length === 0) return;
	const rows = worded.map(({ slot, chunk, title }) => [slot, searchableText(title), searchableText(textOf(chunk))]);
	insertRows(tables, "INSERT INTO words", ["rowid", "title", "text"], rows);
}

function insertRows(tables: LazyTables, into: string, names: string[], rows: unknown[][]): void {
	const values = names.map((_, i) => `value ->> ${i}`).join();
	tables.change(`${into} (${names.join()}) SELECT ${values} FROM jsonb_each(?)`, JSON.stringify(rows));
}

function idOf(chunk: ChunkValues): string {
	return chunk[3];
}

function textOf(chunk: ChunkValues): string {
	return chunk[4];
}
