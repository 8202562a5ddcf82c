/**
 * What detached turns were given: whole conversations, read by nobody but the model and dropped when the turn has ended.
 * A few large rows each, because a row a message would cost a long conversation more than everything else.
 */
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { LazyTables } from "#run/lazy-tables";

/** A row holds 2 MB, and a letter has three bytes at most; one message alone may be longer than this. */
const rowLength = 300_000;

const detachedTable = `
	CREATE TABLE IF NOT EXISTS detached_prompts (
		position INTEGER PRIMARY KEY, run_id TEXT NOT NULL, prompts TEXT NOT NULL, files TEXT NOT NULL
	);
	CREATE INDEX IF NOT EXISTS detached_prompts_run ON detached_prompts (run_id);
`;

export class DetachedPrompts {
	readonly #tables: LazyTables;

	constructor(sql: SqlStorage) {
		this.#tables = new LazyTables(sql, "detached_prompts", detachedTable);
	}

	/** `files`: ids of the stored files that the messages refer to. */
	add(runId: string, prompts: readonly LanguageModelV4Message[], files: string[]): void {
		this.#tables.make();
		let row: string[] = [];
		let length = 0;
		const write = () => {
			const sql = "INSERT INTO detached_prompts (run_id, prompts, files) VALUES (?, ?, ?)";
			this.#tables.change(sql, runId, `[${row.join()}]`, JSON.stringify(files));
			[row, length, files] = [[], 0, []];
		};
		for (const prompt of prompts) {
			const json = JSON.stringify(prompt);
			if (row.length > 0 && length + json.length > rowLength) write();
			row.push(json);
			length += json.length;
		}
		write();
	}

	of(runId: string): LanguageModelV4Message[] {
		return this.#tables
			.rows<{ prompts: string }>("SELECT prompts FROM detached_prompts WHERE run_id = ? ORDER BY position", runId)
			.flatMap(({ prompts }): LanguageModelV4Message[] => JSON.parse(prompts));
	}

	/** Answers the files that nobody refers to any more. */
	drop(runId: string): string[] {
		return this.#tables
			.rows<{ files: string }>("DELETE FROM detached_prompts WHERE run_id = ? RETURNING files", runId)
			.flatMap(({ files }): string[] => JSON.parse(files));
	}

	/** To be called after a transaction that failed, or when everything was deleted. */
	reload(): void {
		this.#tables.forget();
	}
}
