/** Kept calls that a person has to allow, and what he decided: one row a call, decided once. */
import { newId } from "#core/ids";
import { LazyTables } from "#run/lazy-tables";
import type { DecideApproval } from "#run/decide-approval";
import type { ToolRunInput, WaitingApproval } from "./tool-run.ts";

const approvalTable = `
	CREATE TABLE IF NOT EXISTS call_approvals (
		run_id TEXT PRIMARY KEY,
		id TEXT NOT NULL,
		arguments_hash TEXT NOT NULL,
		decision TEXT
	) WITHOUT ROWID;
`;

interface CallApproval extends WaitingApproval {
	decision?: DecideApproval["decision"];
}

type Row = { id: string; arguments_hash: string; decision: DecideApproval["decision"] | null };

export function newApproval(argumentsHash: string): WaitingApproval {
	return { id: newId("apr"), argumentsHash };
}

/** The event that tells of it. */
export function approvalRequired({ toolId, parameters }: ToolRunInput, { id, argumentsHash }: WaitingApproval) {
	return { type: "approval.required", data: { approvalId: id, toolId, argumentsHash, parameters } };
}

export class CallApprovals {
	readonly #tables: LazyTables;

	constructor(sql: SqlStorage) {
		this.#tables = new LazyTables(sql, "call_approvals", approvalTable);
	}

	ask(runId: string, { id, argumentsHash }: WaitingApproval): void {
		this.#tables.make();
		this.#tables.change("INSERT OR REPLACE INTO call_approvals VALUES (?, ?, ?, NULL)", runId, id, argumentsHash);
	}

	ofRun(runId: string): CallApproval | undefined {
		const [row] = this.#tables.rows<Row>(
			"SELECT id, arguments_hash, decision FROM call_approvals WHERE run_id = ?",
			runId,
		);
		return row && { id: row.id, argumentsHash: row.arguments_hash, ...(row.decision && { decision: row.decision }) };
	}

	/** What the run waits for. */
	waiting(runId: string): WaitingApproval | undefined {
		const { id, argumentsHash } = this.ofRun(runId) ?? {};
		return id && argumentsHash ? { id, argumentsHash } : undefined;
	}

	/** `argumentsHash` of the call that a person has allowed. */
	granted(runId: string): string | undefined {
		const approval = this.ofRun(runId);
		return approval?.decision === "approve" ? approval.argumentsHash : undefined;
	}

	decide(runId: string, decision: DecideApproval["decision"]): void {
		this.#tables.change("UPDATE call_approvals SET decision = ? WHERE run_id = ?", decision, runId);
	}

	/** To be called when the table may have gone. */
	forget(): void {
		this.#tables.forget();
	}
}
