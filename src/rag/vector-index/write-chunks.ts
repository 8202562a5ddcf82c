/**
 * Writes chunks into the tables of an index. A statement takes many rows as one JSON text, since a call of SQLite costs
 * more than what it does; but not more than SQLite takes, which in production is 2 MB a value. `json_each` would write a
 * row as text again before its values can be taken out; `jsonb_each` does not.
 */
import type { LazyTables } from "#run/lazy-tables";
import { type ChunkValues, type EncodedChunks, idOf, type SourceValues, textOf, titleOf } from "./chunk-batch.ts";
import { searchableText } from "./full-text.ts";
import type { StoredVector } from "./index-memory.ts";

interface Stored extends StoredVector {
	chunk: ChunkValues;
	title: string;
}

/** The slot, and then the columns of `ChunkValues`. */
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
	{ sources, chunks, codes }: EncodedChunks,
	freeSlots: number[],
): StoredVector[] {
	const sourceIds = writeSources(tables, sources);
	const dimensions = codes.length / chunks.length;
	const stored = chunks.map((chunk, i) => ({
		slot: freeSlots[i]!,
		sourceId: sourceIds[chunk[0]]!,
		code: codes.subarray(i * dimensions, (i + 1) * dimensions),
		chunk,
		title: titleOf(sources, chunk),
	}));
	const parts = [...partsOf(stored, shareOfStatement)];
	// Most are new, so that it is tried before it is asked which are not.
	let added = 0;
	for (const part of parts) added += insertChunks(tables, part);
	if (added < stored.length) replaceChunks(tables, stored);
	for (const part of parts) {
		insertVectors(tables, part);
		insertWords(tables, part);
	}
	return stored;
}

/** Puts those whose ids were there already in the slots of these, and takes out what was there. */
function replaceChunks(tables: LazyTables, stored: Stored[]): void {
	const ids = JSON.stringify(stored.map(({ chunk }) => idOf(chunk)));
	const tried = JSON.stringify(stored.map(({ slot }) => slot));
	const query = `SELECT id, slot, source_id FROM chunks WHERE id IN ${listed} AND slot NOT IN ${listed}`;
	const before = tables.rows<{ id: string; slot: number; source_id: number }>(query, ids, tried);
	const slots = new Map(before.map(({ id, slot }) => [id, slot]));
	const replacing = stored.filter(({ chunk }) => slots.has(idOf(chunk)));
	for (const one of replacing) one.slot = slots.get(idOf(one.chunk))!;
	for (const table of ["words WHERE rowid", "chunks WHERE slot"]) {
		tables.change(`DELETE FROM ${table} IN ${listed}`, JSON.stringify([...slots.values()]));
	}
	for (const part of partsOf(replacing, shareOfStatement)) insertChunks(tables, part);
	const unused = "NOT EXISTS (SELECT 1 FROM chunks WHERE source_id = sources.id)";
	const sources = JSON.stringify(before.map(({ source_id }) => source_id));
	tables.change(`DELETE FROM sources WHERE id IN ${listed} AND ${unused}`, sources);
}

/** Adds those that are not there; the ids of all, in their order. */
function writeSources(tables: LazyTables, sources: SourceValues[]): number[] {
	const values = valuesOf(5);
	const common = "document_id, owner_id, shared, title, metadata";
	const ids: number[] = [];
	for (const part of partsOf(sources, ([, , , title, metadata]) => (title.length + metadata.length) / mostCharacters)) {
		const rows = JSON.stringify(part);
		insertRows(tables, "sources", common.split(", "), rows, "ON CONFLICT DO NOTHING");
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

/** Those whose ids are not there; returns how many. */
function insertChunks(tables: LazyTables, stored: Stored[]): number {
	const rows = stored.map(({ slot, sourceId, chunk: [, ...values] }) => [slot, sourceId, ...values]);
	const most = Math.max(...rows.map(({ length }) => length));
	insertRows(tables, "chunks", columns.slice(0, most), JSON.stringify(rows), "ON CONFLICT (id) DO NOTHING");
	return tables.rows<{ added: number }>("SELECT changes() AS added")[0]!.added;
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
	insertRows(tables, "words", ["rowid", "title", "text"], JSON.stringify(rows));
}

/** `rows` is a JSON list of lists; the conflict's clause says what becomes of a row that is there already. */
function insertRows(tables: LazyTables, table: string, names: string[], rows: string, onConflict = ""): void {
	// Without WHERE SQLite takes what follows for a condition of a join.
	const selected = `SELECT ${valuesOf(names.length)} FROM jsonb_each(?) WHERE true`;
	tables.change(`INSERT INTO ${table} (${names.join()}) ${selected} ${onConflict}`, rows);
}

function valuesOf(count: number): string {
	return Array.from({ length: count }, (_, i) => `value ->> ${i}`).join();
}
