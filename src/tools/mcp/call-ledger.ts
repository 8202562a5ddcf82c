/**
 * Calls of tools that change something, by idempotency key: MCP itself has none, so a call of which nobody knows whether
 * it was made is not made again.
 */
import { AppError } from "#core/errors";
import { LazyTables } from "#run/lazy-tables";
import type { ToolCallResult, ToolFailure } from "#tools/tool-run";

export type CallOutcome = ToolCallResult | ToolFailure;

export interface CallLedger {
	/** The outcome of a call that was made before; throws `tool_failed` where that is not known any more. */
	begin(key: string): Promise<CallOutcome | undefined>;
	settle(key: string, outcome: CallOutcome): void;
	/** The call was surely not made. */
	forget(key: string): void;
	/** To be called by the object's alarm. */
	clear(): Promise<void>;
	/** To be called when the object's storage was emptied. */
	emptied(): void;
}

interface CallRow extends Record<string, SqlStorageValue> {
	/** JSON: null where it was too long to be kept; SQL's own where nobody knows it. */
	outcome: string | null;
}

const keptMs = 24 * 3_600_000;
/** Calls are cleared away no more often. */
const clearMs = 3_600_000;
/** UTF-8 bytes. */
const maxOutcomeBytes = 65_536;

const createTable = `
	CREATE TABLE IF NOT EXISTS calls (key TEXT PRIMARY KEY, at INTEGER NOT NULL, outcome TEXT) WITHOUT ROWID;
	CREATE INDEX IF NOT EXISTS calls_at ON calls (at);`;

export function callLedger(storage: DurableObjectStorage): CallLedger {
	const tables = new LazyTables(storage.sql, "calls", createTable);
	return {
		async begin(key) {
			const [known] = tables.rows<CallRow>("SELECT outcome FROM calls WHERE key = ?", key);
			if (!known) {
				const now = Date.now();
				const isFirst = oldest() === undefined;
				tables.make();
				tables.change("INSERT INTO calls (key, at) VALUES (?, ?)", key, now);
				if (isFirst) await storage.setAlarm(now + keptMs);
				return undefined;
			}
			if (known.outcome === null) {
				throw new AppError("tool_failed", "Whether the call was made before is not known; it is not made again.");
			}
			const outcome: CallOutcome | null = JSON.parse(known.outcome);
			if (outcome) return outcome;
			throw new AppError("tool_failed", "The call was made before; its result was too long to be kept.");
		},
		settle(key, outcome) {
			const json = JSON.stringify(outcome);
			const kept = new TextEncoder().encode(json).byteLength <= maxOutcomeBytes ? json : "null";
			tables.change("UPDATE calls SET outcome = ? WHERE key = ?", kept, key);
		},
		forget(key) {
			tables.change("DELETE FROM calls WHERE key = ?", key);
		},
		async clear() {
			const now = Date.now();
			tables.change("DELETE FROM calls WHERE at <= ?", now - keptMs);
			const at = oldest();
			if (at !== undefined) await storage.setAlarm(Math.max(at + keptMs, now + clearMs));
		},
		emptied: () => tables.forget(),
	};

	function oldest(): number | undefined {
		return tables.rows<{ at: number }>("SELECT at FROM calls ORDER BY at LIMIT 1")[0]?.at;
	}
}
