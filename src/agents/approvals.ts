/** Tool calls of a session's runs that a person has to allow, and what he decided: one row a call, never changed twice. */
import { LazyTables } from "#run/lazy-tables";

const approvalTable = `
	CREATE TABLE IF NOT EXISTS approvals (
		id TEXT PRIMARY KEY,
		run_id TEXT NOT NULL,
		call_id TEXT NOT NULL,
		tool_id TEXT NOT NULL,
		arguments_hash TEXT NOT NULL,
		writes INTEGER NOT NULL,
		decision TEXT
	) WITHOUT ROWID;
	CREATE INDEX IF NOT EXISTS approvals_run ON approvals (run_id);
`;

export interface Approval {
	id: string;
	runId: string;
	/** The model's id of the call. */
	callId: string;
	toolId: string;
	argumentsHash: string;
	/** The tool changes something. */
	writes: boolean;
	decision?: "approve" | "deny";
}

type Row = Record<"id" | "run_id" | "call_id" | "tool_id" | "arguments_hash", string> & {
	writes: number;
	decision: "approve" | "deny" | null;
};

export class Approvals {
	readonly #tables: LazyTables;

	constructor(sql: SqlStorage) {
		this.#tables = new LazyTables(sql, "approvals", approvalTable);
	}

	request({ id, runId, callId, toolId, argumentsHash, writes }: Approval): void {
		this.#tables.make();
		this.#tables.change(
			"INSERT INTO approvals VALUES (?, ?, ?, ?, ?, ?, NULL)",
			...[id, runId, callId, toolId, argumentsHash, writes ? 1 : 0],
		);
	}

	ofRun(runId: string): Approval[] {
		return this.#tables.rows<Row>("SELECT * FROM approvals WHERE run_id = ?", runId).map(approvalOf);
	}

	decide(id: string, decision: "approve" | "deny"): void {
		this.#tables.change("UPDATE approvals SET decision = ? WHERE id = ? AND decision IS NULL", decision, id);
	}

	/** To be called after a transaction that failed, or when everything was deleted. */
	reload(): void {
		this.#tables.forget();
	}
}

function approvalOf({ id, run_id, call_id, tool_id, arguments_hash, writes, decision }: Row): Approval {
	return {
		...{ id, runId: run_id, callId: call_id, toolId: tool_id, argumentsHash: arguments_hash, writes: writes === 1 },
		...(decision && { decision }),
	};
}
