/**
 * A call of a tool by a person: made here at once, or, where it has to outlive the request, by an object that keeps it.
 * Whoever sends an idempotency key or does not want to wait gets the second, and whoever calls a tool that needs an
 * approval.
 */
import { argumentsHash } from "#core/arguments-hash";
import { sha256 } from "#core/crypto";
import { newToken } from "#core/ids";
import { traceIdOf } from "#run/listed-run";
import { homeOf, newRunId } from "#run/run-id";
import type { CallableTool } from "./callable-tool.ts";
import { callTool, checkCall } from "./call-tool.ts";
import type { ToolsContext } from "./context.ts";
import { findCallable } from "./find-callable.ts";
import type { ExecuteTool, ExecuteToolResponse } from "./schema.ts";
import { toolHomeOf } from "./tool-home.ts";
import type { ToolRun } from "./tool-run.ts";

export interface WaitOptions {
	/** Answer at once, whatever the call does. */
	respondAsync: boolean;
	/** Milliseconds that the caller wants to wait for a kept call. */
	waitMs: number;
}

export async function executeTool(
	ctx: ToolsContext,
	toolId: string,
	input: ExecuteTool,
	{ respondAsync, waitMs }: WaitOptions,
): Promise<ExecuteToolResponse> {
	const tool = await findCallable(ctx, toolId);
	const { idempotencyKey, userId } = ctx.caller;
	const mustWait = respondAsync || tool.requiresApproval;
	if (!mustWait && idempotencyKey === undefined) return await callNow(ctx, tool, input);
	checkCall(ctx, tool, input.parameters);
	const fresh = newRunId(await toolHomeOf(userId));
	const runId = idempotencyKey
		? await ctx.keys(userId).claim(idempotencyKey, await sha256(JSON.stringify([toolId, input])), fresh)
		: fresh;
	const home = ctx.home(homeOf(runId));
	const askedHash = tool.requiresApproval ? await argumentsHash(tool, input.parameters) : undefined;
	const call = { toolId, ...input };
	const run = await home.startAndSettle(ctx.caller, runId, call, respondAsync ? 0 : waitMs, askedHash);
	return responseOf(run, tool);
}

async function callNow(ctx: ToolsContext, tool: CallableTool, input: ExecuteTool): Promise<ExecuteToolResponse> {
	const options = { timeout: input.timeout, seed: input.seed, idempotencyKey: newToken() };
	const { status, value, logs, error, duration } = await callTool(ctx, tool, input.parameters, options);
	return {
		result: (value ?? null) as ExecuteToolResponse["result"],
		toolId: tool.id,
		executionTime: duration,
		status,
		...(error && { error: error.message }),
		...(logs && { logs }),
		metadata: metadataOf(tool),
		traceId: ctx.span.traceId,
	};
}

function responseOf(run: ToolRun, tool: CallableTool): ExecuteToolResponse {
	const { id, status, result, error, approval, startedAt, endedAt = Date.now(), caller } = run;
	return {
		executionId: id,
		result: (result?.value ?? null) as ExecuteToolResponse["result"],
		toolId: tool.id,
		executionTime: endedAt - startedAt,
		status: statusOf(run),
		...(error && { error: error.message }),
		...(status === "cancelled" && { error: "The call was cancelled." }),
		...(result?.logs && { logs: result.logs }),
		...(approval && { approval }),
		metadata: metadataOf(tool),
		traceId: traceIdOf(caller),
	};
}

function statusOf({ status, error }: ToolRun): ExecuteToolResponse["status"] {
	if (status === "completed") return "success";
	if (status === "queued" || status === "running" || status === "input_required") return status;
	return error?.code === "tool_timeout" ? "timeout" : "error";
}

function metadataOf({ version, type, serverUrl }: CallableTool): ExecuteToolResponse["metadata"] {
	return { ...(serverUrl && { serverUrl }), version, capabilities: [type] };
}
