/** Upserts whose text is written once: to build it anew for each row costs more than to run it. */
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";

/** The same for many short rows in one statement: each statement costs D1 more than a row does. */
export function upsertAllInto<Table extends SQLiteTable>(table: Table, where = "") {
	const columns = Object.entries(getTableColumns(table));
	const names = columns.map(([, { name }]) => name);
	const text = `
		INSERT INTO ${getTableName(table)} (${names.join()})
		SELECT ${names.map((_, index) => `value ->> ${index}`).join()} FROM json_each(?) WHERE true
		ON CONFLICT DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join()} ${where}`;
	return function upsertAll(d1: D1Database, rows: Table["$inferSelect"][]): D1PreparedStatement {
		const values = rows.map((row) =>
			columns.map(([key, column]) => (row[key] === null ? null : column.mapToDriverValue(row[key]))),
		);
		return d1.prepare(text).bind(JSON.stringify(values));
	};
}

/** The statement that writes a whole row over the one with its key; `where` decides about one that is there. */
export function upsertInto<Table extends SQLiteTable>(table: Table, where = "") {
	const columns = Object.entries(getTableColumns(table));
	const names = columns.map(([, { name }]) => name);
	const text = `
		INSERT INTO ${getTableName(table)} (${names.join()}) VALUES (${names.map(() => "?").join()})
		ON CONFLICT DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join()} ${where}`;
	return function upsert(d1: D1Database, row: Table["$inferSelect"]): D1PreparedStatement {
		const values = columns.map(([key, column]) => (row[key] === null ? null : column.mapToDriverValue(row[key])));
		return d1.prepare(text).bind(...values);
	};
}
