/** What a person says to a call that waits for him, the same for every kind of run. */
import { z } from "zod";
import { AppError } from "#core/errors";
import type { Run } from "./run.ts";

export const DecideApproval = z
	.object({
		decision: z.enum(["approve", "deny"]),
		argumentsHash: z
			.string()
			.max(100)
			.optional()
			.meta({ description: "Of the call that was shown; refused where it is another's." }),
		reason: z.string().max(1_000).optional().meta({ description: "Why the call is denied: becomes its error." }),
	})
	.meta({ id: "DecideApproval" });
export type DecideApproval = z.infer<typeof DecideApproval>;

/** Throws `conflict` for what was decided already, or is about another call than was shown, or waits no more. */
export function checkDecision(
	{ status }: Pick<Run, "status">,
	approval: { argumentsHash: string; decision?: DecideApproval["decision"] },
	{ argumentsHash = approval.argumentsHash }: DecideApproval,
): void {
	if (approval.decision) throw new AppError("conflict", "This was decided already.");
	if (status !== "input_required") throw new AppError("conflict", "The execution does not wait any more.");
	if (argumentsHash !== approval.argumentsHash) {
		throw new AppError("conflict", "The decision is about another call than this one.");
	}
}
