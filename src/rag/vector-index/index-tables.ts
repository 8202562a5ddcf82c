/**
 * The tables of an index. A chunk has a slot, its number in all of them and in memory. What the chunks of a document
 * have in common is one row of `sources`, so that access and filters look at documents, not at chunks. The full text
 * keeps no copy of the text.
 */
import type { LaterColumn } from "#run/lazy-tables";

export const indexTables = `
	CREATE TABLE IF NOT EXISTS sources (
		id INTEGER PRIMARY KEY, document_id TEXT NOT NULL, owner_id TEXT NOT NULL, shared INTEGER NOT NULL,
		title TEXT NOT NULL, metadata TEXT NOT NULL, UNIQUE (document_id, owner_id, shared, title, metadata)
	);
	CREATE TABLE IF NOT EXISTS chunks (
		slot INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, start_at INTEGER NOT NULL, end_at INTEGER NOT NULL,
		page INTEGER, parent_start INTEGER, parent_end INTEGER, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL,
		page_end INTEGER
	);
	CREATE INDEX IF NOT EXISTS chunks_source ON chunks (source_id, start_at);
	CREATE TABLE IF NOT EXISTS vectors (slot INTEGER PRIMARY KEY, code BLOB NOT NULL);
	CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
		title, text, content = '', contentless_delete = 1, tokenize = 'porter unicode61'
	);
`;

export const laterColumns: LaterColumn[] = [{ table: "chunks", name: "page_end", type: "INTEGER" }];

/** Tells whether the tables were made. */
export const firstTable = "sources";
