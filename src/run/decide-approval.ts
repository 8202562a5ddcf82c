/** What a person says to a call that waits for him, the same for every kind of run. */
import { z } from "zod";

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
