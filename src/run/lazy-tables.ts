/**
 * Tables that are made for the first row: to look for what never was leaves nothing behind, and an object that needs
 * few tables pays for few.
 */
/** One that tables of an earlier version lack; it may be null. */
export interface LaterColumn {
	table: string;
	name: string;
	type: "INTEGER" | "TEXT";
}

export class LazyTables {
	readonly #sql: SqlStorage;
	readonly #first: string;
	readonly #text: string;
	readonly #later: LaterColumn[];
	/** Undefined until somebody asks. */
	#made: boolean | undefined;

	/** `text` makes the tables where they are missing; that of the name `first` tells whether it was ever run. */
	constructor(sql: SqlStorage, first: string, text: string, later: LaterColumn[] = []) {
		this.#sql = sql;
		this.#later = later;
		this.#first = first;
		this.#text = text;
	}

	/** To be called before a write. */
	make(): void {
		if (this.#exist()) return;
		this.#sql.exec(this.#text);
		this.#made = true;
	}

	/** None where there are no tables. */
	rows<Row extends Record<string, SqlStorageValue>>(query: string, ...values: SqlStorageValue[]): Row[] {
		return this.#exist() ? this.#sql.exec<Row>(query, ...values).toArray() : [];
	}

	/** Runs a statement, where there is something that it could change. */
	change(statement: string, ...values: SqlStorageValue[]): void {
		if (this.#exist()) this.#sql.exec(statement, ...values);
	}

	/** To be called when they may have gone: a transaction was undone, or everything deleted. */
	forget(): void {
		this.#made = undefined;
	}

	#exist(): boolean {
		if (this.#made !== undefined) return this.#made;
		this.#made = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = ?", this.#first).toArray().length > 0;
		// An object that an earlier version made may lack some of them.
		if (this.#made) {
			this.#sql.exec(this.#text);
			for (const column of this.#later) this.#add(column);
		}
		return this.#made;
	}

	#add({ table, name, type }: LaterColumn): void {
		const has = this.#sql.exec("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", table, name).toArray().length > 0;
		if (!has) this.#sql.exec(`ALTER TABLE ${table} ADD COLUMN ${name} ${type}`);
	}
}
