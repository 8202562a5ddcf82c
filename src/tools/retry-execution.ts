/** A dead letter is tried again: as a new execution, once. */
import { AppError } from "#core/errors";
import { homeOf, newRunId } from "#run/run-id";
import { checkCall } from "./call-tool.ts";
import type { ToolsContext } from "./context.ts";
import { findCallable } from "./find-callable.ts";
import type { ToolRun } from "./tool-run.ts";

/** Throws `conflict` for what is no dead letter, or is tried again already. */
export async function retryExecution(ctx: ToolsContext, executionId: string): Promise<ToolRun> {
	const { userId, idempotencyKey } = ctx.caller;
	const home = ctx.home(homeOf(executionId));
	const { input, status } = await home.find(ctx.caller, executionId);
	if (status !== "failed") throw new AppError("conflict", "Only a dead letter is tried again.");
	checkCall(ctx, await findCallable(ctx, input.toolId), input.parameters);
	const fresh = newRunId(homeOf(executionId));
	const runId = idempotencyKey ? await ctx.keys(userId).claim(idempotencyKey, `retry ${executionId}`, fresh) : fresh;
	return await home.retry(ctx.caller, executionId, runId);
}
