/** The values of a new row for `INSERT … SELECT`, which writes it only where something else holds, or with what stands elsewhere. */
import { getTableColumns, type SQL, sql, type SQLWrapper } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";

/** In the order of the columns, some of them as expressions. */
export function rowValues<Table extends SQLiteTable>(
	table: Table,
	row: Table["$inferSelect"],
	expressions: Record<string, SQLWrapper> = {},
): SQL {
	const columns = Object.entries(getTableColumns(table));
	const values = columns.map(([key, column]) => expressions[key] ?? sql.param(row[key], column));
	return sql.join(values, sql`, `);
}
