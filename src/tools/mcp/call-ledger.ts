/**
 * Calls of tools that change something, by idempotency key: MCP itself has none, so a call of which nobody knows whether
 * it was made is not made again.
 */
import { AppError } from "#core/errors";
import type { ToolCallResult, ToolFailure } from "#tools/tool-run";

export type CallOutcome = ToolCallResult | ToolFailure;

export interface CallLedger {
	/** The outcome of a call that was made before; throws `tool_failed` where that is not known. */
	begin(key: string): CallOutcome | undefined;
	settle(key: string, outcome: CallOutcome): void;
	/** The call was surely not made. */
	forget(key: string): void;
}

interface CallRow extends Record<string, SqlStorageValue> {
	outcome: string | null;
}

const keptMs = 24 * 3_600_000;
/** Characters; a longer outcome is not kept. */
const maxOutcomeLength = 1_000_000;

const createTable = `
	CREATE TABLE IF NOT EXISTS calls (key TEXT PRIMARY KEY, at INTEGER NOT NULL, outcome TEXT) WITHOUT ROWID;
	CREATE INDEX IF NOT EXISTS calls_at ON calls (at);`;

export function callLedger({ sql }: DurableObjectStorage): CallLedger {
	return {
		begin(key) {
			// Here, because to forget the server drops the table.
			sql.exec(createTable);
			const [known] = sql.exec<CallRow>("SELECT outcome FROM calls WHERE key = ?", key).toArray();
			if (!known) {
				const now = Date.now();
				sql.exec("DELETE FROM calls WHERE at < ?", now - keptMs);
				sql.exec("INSERT INTO calls (key, at) VALUES (?, ?)", key, now);
				return undefined;
			}
			if (known.outcome !== null) return JSON.parse(known.outcome);
			throw new AppError("tool_failed", "Whether the call was made before is not known; it is not made again.");
		},
		settle(key, outcome) {
			const json = JSON.stringify(outcome);
			if (json.length <= maxOutcomeLength) sql.exec("UPDATE calls SET outcome = ? WHERE key = ?", json, key);
		},
		forget(key) {
			sql.exec("DELETE FROM calls WHERE key = ?", key);
		},
	};
}
