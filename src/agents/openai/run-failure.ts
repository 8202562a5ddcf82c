/** Why a run has no answer, as the error that its client is told. */
import { AppError } from "#core/errors";
import type { Run } from "#run/run";

export function runFailure({ status, error }: Pick<Run, "status" | "error">): AppError | undefined {
	if (error) return new AppError(error.code, error.message);
	return status === "cancelled" ? new AppError("cancelled", "The run was cancelled.") : undefined;
}
