/** When a step that has failed is tried again. */
import { asAppError, type ErrorCode } from "#core/errors";
import { Retry } from "./node-schema.ts";
import type { ExecutionOptions, NodeType } from "./schema.ts";
import type { Step } from "./step.ts";

/** What may pass. */
const passing: ReadonlySet<ErrorCode> = new Set([
	...([
		"request_timeout",
		"rate_limited",
		"provider_error",
		"provider_timeout",
		"bad_gateway",
		"service_unavailable",
	] as const),
	...([
		"gateway_timeout",
		"tool_failed",
		"tool_timeout",
		"limit_exceeded",
		"run_in_progress",
		"internal_error",
	] as const),
]);

/** Nobody waited for the end, or heard of it. */
const untold: ReadonlySet<ErrorCode> = new Set([
	...(["request_timeout", "gateway_timeout", "tool_timeout", "limit_exceeded", "internal_error"] as const),
]);

/** A call that broke without an answer is made again so often at least, whatever the node says: it may have been done. */
const maxBroken = 5;
const brokenPolicy = Retry.parse({ maxAttempts: maxBroken, delay: 200, maxDelay: 10_000 });

/** Milliseconds until the next attempt; undefined where there is none. */
export function retryDelay(step: Step, thrown: unknown, { maxRetries }: ExecutionOptions): number | undefined {
	const known = asAppError(thrown);
	if (!known) {
		return step.broken + 1 < maxBroken ? delayOf(brokenPolicy, step.broken + 1) : undefined;
	}
	const policy =
		step.compiled.node.retry ?? (maxRetries > 0 ? Retry.parse({ maxAttempts: maxRetries + 1 }) : undefined);
	if (!policy) return undefined;
	const failed = step.failed + 1;
	if (failed >= policy.maxAttempts || !isWorthIt(policy, known.code)) return undefined;
	return Math.max(delayOf(policy, failed), Math.min((known.details.retryAfter ?? 0) * 1_000, policy.maxDelay));
}

/** Whether the next attempt has to be another call, because the same one would only tell of its failure again. */
export function isAnotherCall(type: NodeType, thrown: unknown): boolean {
	const code = asAppError(thrown)?.code;
	// A server knows a request that is sent again by its key.
	if (code === undefined || type === "http") return false;
	// A tool that takes too long goes on: what it does is done once.
	return type !== "tool" || (code !== "tool_timeout" && code !== "limit_exceeded");
}

/** Whether what has failed so may be done all the same: nobody has told. */
export function mayBeDone(thrown: unknown): boolean {
	const code = asAppError(thrown)?.code;
	return code === undefined || untold.has(code);
}

function isWorthIt({ on }: Retry, code: ErrorCode): boolean {
	return on ? on.includes(code) : passing.has(code);
}

function delayOf({ backoff, delay, maxDelay, jitter }: Retry, failed: number): number {
	const whole = Math.min(backoff === "fixed" ? delay : delay * 2 ** (failed - 1), maxDelay);
	return jitter ? whole * (0.5 + Math.random() / 2) : whole;
}
