/** A call by another domain: what changes something is kept under its idempotency key, so that it is made once. */
import { AppError } from "#core/errors";
import { newToken } from "#core/ids";
import { isSettled } from "#run/run";
import { homeOf, newRunId } from "#run/run-id";
import { callTool, checkApproval, checkCall } from "./call-tool.ts";
import type { CallForAgent } from "./client.ts";
import type { ToolsContext } from "./context.ts";
import { findCallable } from "./find-callable.ts";
import { maxTimeoutMs } from "./schema.ts";
import { toolHomeOf } from "./tool-home.ts";
import type { ToolCallResult } from "./tool-run.ts";

/** Throws an AppError for a call that did not succeed. */
export async function callForAgent(
	ctx: ToolsContext,
	toolId: string,
	input: unknown,
	{ approvedHash }: CallForAgent = {},
): Promise<ToolCallResult> {
	const { userId, idempotencyKey = newToken() } = ctx.caller;
	const tool = await findCallable(ctx, toolId);
	if (!tool.writes) {
		const { value, logs, error } = await callTool(ctx, tool, input, { idempotencyKey, approvedHash, span: ctx.span });
		if (error) throw error;
		return { value, logs };
	}
	checkCall(ctx, tool, input);
	await checkApproval(tool, input, approvedHash);
	const parameters = input as Record<string, never>;
	// The step's key names the call; what it asks is the same for every attempt.
	const runId = await ctx.keys(userId).claim(idempotencyKey, toolId, newRunId(await toolHomeOf(userId)));
	const call = { toolId, parameters, once: true, ...(approvedHash && { approvedHash }) };
	const run = await ctx.home(homeOf(runId)).startAndSettle(ctx.caller, runId, call, maxTimeoutMs);
	if (run.result) return await wholeResult(ctx, run.id, run.result);
	if (run.status === "input_required") throw new AppError("approval_required", `A person has to allow "${tool.name}".`);
	if (!isSettled(run.status)) throw new AppError("tool_timeout", "The tool has not finished yet; it goes on.");
	throw new AppError(run.error?.code ?? "cancelled", run.error?.message ?? "The call was cancelled.");
}

async function wholeResult(
	ctx: ToolsContext,
	runId: string,
	{ stored, ...result }: ToolCallResult,
): Promise<ToolCallResult> {
	if (!stored) return result;
	const object = await ctx.storedResult(runId);
	if (!object) throw new AppError("not_found", "The result is past its retention.");
	return { ...result, value: await object.json() };
}
