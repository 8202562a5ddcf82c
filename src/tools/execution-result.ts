/** The whole result of a kept call as JSON, wherever it is. */
import { AppError } from "#core/errors";
import { homeOf } from "#run/run-id";
import type { ToolsContext } from "./context.ts";

/** Throws `conflict` where there is none, and `not_found` past its retention. */
export async function executionResult(ctx: ToolsContext, executionId: string): Promise<ReadableStream | string> {
	const { result } = await ctx.home(homeOf(executionId)).find(ctx.caller, executionId);
	if (!result) throw new AppError("conflict", "The execution has no result.");
	if (!result.stored) return JSON.stringify(result.value);
	const object = await ctx.storedResult(executionId);
	if (!object) throw new AppError("not_found", "The result is past its retention.");
	return object.body;
}
