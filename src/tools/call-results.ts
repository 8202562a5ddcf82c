/** Results that are too long for the row of a run: kept in R2, and forgotten with the events of the run. */
import { LazyTables } from "#run/lazy-tables";
import type { ToolCallResult } from "./tool-run.ts";

/** As JSON. */
const maxInlineBytes = 65_536;
/** R2 deletes a thousand objects at once. */
const deleteBatch = 1_000;

const resultTable = `
	CREATE TABLE IF NOT EXISTS call_results (run_id TEXT PRIMARY KEY, stored_at INTEGER NOT NULL) WITHOUT ROWID;
`;

/** The JSON of a stored result; null past its retention. */
export async function storedResult(bucket: R2Bucket, runId: string): Promise<R2ObjectBody | null> {
	return await bucket.get(keyOf(runId));
}

export class CallResults {
	readonly #tables: LazyTables;
	readonly #bucket: R2Bucket;

	constructor(sql: SqlStorage, bucket: R2Bucket) {
		this.#tables = new LazyTables(sql, "call_results", resultTable);
		this.#bucket = bucket;
	}

	/** The result as the run shall have it: itself, or a reference. */
	async keep(runId: string, result: ToolCallResult): Promise<ToolCallResult> {
		const json = JSON.stringify(result.value);
		if (json.length * 3 <= maxInlineBytes) return result;
		const body = new TextEncoder().encode(json);
		if (body.byteLength <= maxInlineBytes) return result;
		// The row first: whatever happens then, somebody knows what there is to delete.
		this.#tables.make();
		this.#tables.change("INSERT OR REPLACE INTO call_results VALUES (?, ?)", runId, Date.now());
		await this.#bucket.put(keyOf(runId), body, { httpMetadata: { contentType: "application/json" } });
		const reference = { $ref: `/api/v1/tools/executions/${runId}/result`, bytes: body.byteLength };
		return { ...result, value: reference, stored: true };
	}

	/** Deletes what was stored before `before` (Unix milliseconds); never rejects. */
	async deleteBefore(before: number): Promise<void> {
		const query = "SELECT run_id FROM call_results WHERE stored_at < ? LIMIT ?";
		try {
			for (;;) {
				const ids = this.#tables.rows<{ run_id: string }>(query, before, deleteBatch).map(({ run_id }) => run_id);
				if (ids.length === 0) return;
				await this.#bucket.delete(ids.map(keyOf));
				this.#tables.change(
					"DELETE FROM call_results WHERE run_id IN (SELECT value FROM json_each(?))",
					JSON.stringify(ids),
				);
			}
		} catch (error) {
			console.error("stored results wait to be deleted", error);
		}
	}

	/** To be called when the table may have gone. */
	forget(): void {
		this.#tables.forget();
	}
}

/** Apart from the files of users; a run's id cannot be guessed. */
function keyOf(runId: string): string {
	return `results/${runId}`;
}
