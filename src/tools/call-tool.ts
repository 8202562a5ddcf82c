/** Calls a tool: valid input in, a result or the reason why there is none out, within its time. */
import { argumentsHash } from "#core/arguments-hash";
import { AppError, asAppError } from "#core/errors";
import type { Span } from "#core/telemetry";
import { unlessAborted } from "#core/unless-aborted";
import { admitCall } from "./admit-call.ts";
import { CallScope } from "./call-scope.ts";
import type { CallableTool } from "./callable-tool.ts";
import type { CallContext } from "./context.ts";
import type { callStatuses } from "./schema.ts";
import type { ToolCallResult } from "./tool-run.ts";

export interface CallOptions {
	/** Milliseconds. */
	timeout?: number;
	/** Makes the call of a custom tool repeatable. */
	seed?: number;
	/** The same for every attempt at this call. */
	idempotencyKey: string;
	/** `argumentsHash` of the call that a person has allowed. */
	approvedHash?: string;
	/** Aborted when nobody waits for the result any more. */
	signal?: AbortSignal;
	/** Becomes the span of the call, where there is one for it alone. */
	span?: Span;
	/** Called when the limits of the tool have let the call in. */
	admitted?: () => void;
}

export interface ToolCall {
	status: (typeof callStatuses)[number];
	value?: unknown;
	logs?: string[];
	/** `tool_failed`, `tool_timeout`, what the tool could not do, or what failed that it called. */
	error?: AppError;
	/** Milliseconds. */
	duration: number;
}

/** Of a result, as JSON. */
const maxResultLength = 1_000_000;

/** Throws for what never became a call: input that does not fit, a caller who may not, a tool at its limits. */
export async function callTool(
	ctx: CallContext,
	tool: CallableTool,
	input: unknown,
	{ timeout = tool.timeoutMs, seed, idempotencyKey, signal, approvedHash, admitted, span: own }: CallOptions,
): Promise<ToolCall> {
	checkCall(ctx, tool, input);
	// To wait for nothing takes longer than most tools do.
	if (tool.requiresApproval) await checkApproval(tool, input, approvedHash);
	const leave = tool.limits && (await admitCall(ctx, tool, idempotencyKey, timeout));
	admitted?.();
	const span = asCallOf(tool, own ?? ctx.span.child("execute_tool"));
	const startedAt = Date.now();
	const { caller, fetch } = ctx;
	const scope = new CallScope({ caller, fetch, timeoutMs: timeout, idempotencyKey, seed, waiting: signal });
	try {
		const running = tool.run(input, scope);
		const outcome = running instanceof Promise ? await unlessAborted(running, scope.signal) : running;
		const duration = Date.now() - startedAt;
		if (!("failed" in outcome)) return { status: "success", ...asJson(outcome), duration };
		const { failed, code = "tool_failed", logs } = outcome;
		span.fail(code);
		return { status: "error", error: new AppError(code, failed), logs, duration };
	} catch (thrown) {
		if (signal?.aborted) throw asAppError(signal.reason) ?? new AppError("cancelled", "The call was cancelled.");
		const duration = Date.now() - startedAt;
		const error = failureOf(thrown, tool);
		span.fail(error.code);
		return { status: error.code === "tool_timeout" ? "timeout" : "error", error, duration };
	} finally {
		scope.end();
		span.end();
		await leave?.();
	}
}

function asCallOf(tool: CallableTool, span: Span): Span {
	span.name = `execute_tool ${tool.id}`;
	Object.assign(span.attributes, {
		"gen_ai.operation.name": "execute_tool",
		"gen_ai.tool.name": tool.name,
		"agentic_edge.tool.id": tool.id,
		"agentic_edge.tool.type": tool.type,
	});
	return span;
}

/** Throws `forbidden` or `invalid_input`. */
export function checkCall({ caller }: Pick<CallContext, "caller">, tool: CallableTool, input: unknown): void {
	if (tool.writes && caller.role === "viewer") {
		throw new AppError("forbidden", `The tool "${tool.id}" changes something, which a viewer may not do.`);
	}
	const fields = tool.inputErrors(input);
	if (fields.length > 0) {
		throw new AppError("invalid_input", "The parameters do not fit the tool; see `errors`.", { details: { fields } });
	}
}

/** Throws `approval_required` unless a person has allowed exactly this call, or nobody has to. */
export async function checkApproval(
	tool: CallableTool,
	input: unknown,
	approvedHash: string | undefined,
): Promise<void> {
	if (!tool.requiresApproval) return;
	if (approvedHash === undefined) throw new AppError("approval_required", `A person has to allow "${tool.name}".`);
	if (approvedHash === (await argumentsHash(tool, input))) return;
	throw new AppError(
		"approval_required",
		`What was allowed is another call of "${tool.name}", or the tool has changed.`,
	);
}

function asJson({ value, logs }: ToolCallResult): ToolCallResult {
	const json = JSON.stringify(value ?? null);
	if (json.length > maxResultLength) {
		throw new AppError("limit_exceeded", `The result is longer than ${maxResultLength} characters.`);
	}
	return { value: JSON.parse(json), ...(logs && logs.length > 0 && { logs }) };
}

function failureOf(thrown: unknown, tool: CallableTool): AppError {
	const known = asAppError(thrown);
	if (known) return known;
	console.error("tool failed", tool.id, thrown);
	return new AppError("internal_error", "The tool failed.");
}
