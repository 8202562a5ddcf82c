/**
 * Tables that are made for the first row: to look for what never was leaves nothing behind, and an object that needs
 * few tables pays for few.
 */
export class LazyTables {
	readonly #sql: SqlStorage;
	readonly #first: string;
	readonly #text: string;
	/** Undefined until somebody asks. */
	#made: boolean | undefined;

	/** `text` makes the tables where they are missing; that of the name `first` tells whether it was ever run. */
	constructor(sql: SqlStorage, first: string, text: string) {
		this.#sql = sql;
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
		if (this.#made) this.#sql.exec(this.#text);
		return this.#made;
	}
}
