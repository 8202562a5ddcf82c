/** What a decision about a tool call makes of it, before anything is written. */
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import type { DecideApproval } from "#run/decide-approval";
import type { Approval } from "./approvals.ts";
import type { TurnRun } from "./turn.ts";

/** The approval that may be decided now. Throws `not_found`, `conflict` for what was decided or altered, `forbidden`. */
export function approvalToDecide(
	caller: Caller,
	run: TurnRun,
	approvals: Approval[],
	{ id, decision, argumentsHash }: { id: string } & DecideApproval,
): Approval {
	const approval = approvals.find((other) => other.id === id);
	if (!approval) throw new AppError("not_found", "There is no such approval.");
	if (approval.decision) throw new AppError("conflict", "This was decided already.");
	if (run.status !== "input_required") throw new AppError("conflict", "The execution does not wait any more.");
	if (argumentsHash !== undefined && argumentsHash !== approval.argumentsHash) {
		throw new AppError("conflict", "The decision is about another call than this one.");
	}
	if (decision === "approve" && approval.writes && caller.role === "viewer") {
		throw new AppError("forbidden", "A viewer may not allow a call that changes something.");
	}
	return approval;
}
