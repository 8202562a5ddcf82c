/** What a decision about a tool call makes of it, before anything is written. */
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import { checkDecision, type DecideApproval } from "#run/decide-approval";
import type { Approval } from "./approvals.ts";
import type { TurnRun } from "./turn.ts";

/** The approval that may be decided now. Throws `not_found`, `conflict` for what was decided or altered, `forbidden`. */
export function approvalToDecide(
	caller: Caller,
	run: TurnRun,
	approvals: Approval[],
	id: string,
	decided: DecideApproval,
): Approval {
	const approval = approvals.find((other) => other.id === id);
	if (!approval) throw new AppError("not_found", "There is no such approval.");
	checkDecision(run, approval, decided);
	if (decided.decision === "approve" && approval.writes && caller.role === "viewer") {
		throw new AppError("forbidden", "A viewer may not allow a call that changes something.");
	}
	return approval;
}
