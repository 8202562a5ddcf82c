/** Which failures of a kept call may pass, and when it is tried again. */
import type { ErrorCode } from "#core/errors";
import { asAppError } from "#core/errors";
import type { CallableTool } from "./callable-tool.ts";
import type { ToolRun } from "./tool-run.ts";

/** In all, those that a crash cut off included. */
export const maxCallAttempts = 5;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/** The tool, or what stands before it, has refused: nothing was done. */
const refusals: ReadonlySet<ErrorCode> = new Set(["service_unavailable", "rate_limited"]);
/** `tool_timeout` is none: a call that has used up its time would use it up again. */
const failures: ReadonlySet<ErrorCode> = new Set(["bad_gateway", "gateway_timeout", "internal_error"]);

/** Milliseconds until the next attempt; undefined where there is none. `tool` is undefined where it was not found yet. */
export function retryDelay(thrown: unknown, tool: CallableTool | undefined, attempts: number): number | undefined {
	const { code, details } = asAppError(thrown) ?? { code: "internal_error" as const, details: {} };
	if (attempts >= maxCallAttempts) return undefined;
	if (!refusals.has(code) && !(failures.has(code) && isRepeatable(tool))) return undefined;
	const pauseMs = Math.min(firstPauseMs * 2 ** (attempts - 1), longestPauseMs);
	const jittered = pauseMs * (0.5 + Math.random() / 2);
	return Math.max(jittered, Math.min((details.retryAfter ?? 0) * 1_000, longestPauseMs));
}

/** It failed for a reason that may pass, and nobody tries it again but a person. */
export function isDeadLetter({ status, error, input }: Pick<ToolRun, "status" | "error" | "input">): boolean {
	if (status !== "failed" || error === undefined || input.once) return false;
	return refusals.has(error.code) || failures.has(error.code);
}

/** MCP carries no key by which a server would know the second attempt at a call. */
function isRepeatable(tool: CallableTool | undefined): boolean {
	return !(tool?.type === "mcp" && tool.writes);
}
