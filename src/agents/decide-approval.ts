/** What a decision about a tool call makes of it, before anything is written. */
import { AppError } from "#core/errors";
import type { Approval } from "./approvals.ts";
import type { DecideApproval } from "./schema.ts";
import type { TurnRun } from "./turn.ts";

/** The approval that may be decided now. Throws `not_found`, `conflict` for what was decided or altered. */
export function approvalToDecide(
	run: TurnRun,
	approvals: Approval[],
	{ id, argumentsHash }: { id: string } & Pick<DecideApproval, "argumentsHash">,
): Approval {
	const approval = approvals.find((other) => other.id === id);
	if (!approval) throw new AppError("not_found", "There is no such approval.");
	if (approval.decision) throw new AppError("conflict", "This was decided already.");
	if (run.status !== "input_required") throw new AppError("conflict", "The execution does not wait any more.");
	if (argumentsHash !== undefined && argumentsHash !== approval.argumentsHash) {
		throw new AppError("conflict", "The decision is about another call than this one.");
	}
	return approval;
}
