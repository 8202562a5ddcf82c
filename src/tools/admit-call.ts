/** Lets a call in where the limits of its tool have room. */
import { AppError } from "#core/errors";
import type { CallableTool } from "./callable-tool.ts";
import type { CallContext } from "./context.ts";
import type { ToolLimiter } from "./tool-limiter-object.ts";

export type Limiter = Pick<ToolLimiter, "acquire" | "release">;

/** A place is free again this long after the time of a call whose runtime died. */
const graceMs = 5_000;

/**
 * Answers what gives the place back. `lease` is the same for every attempt at the call. Throws `rate_limited` with
 * `retryAfter`.
 */
export async function admitCall(
	{ limiter }: Pick<CallContext, "limiter">,
	{ id, name, limits = {} }: CallableTool,
	lease: string,
	timeoutMs: number,
): Promise<() => Promise<void>> {
	if (limits.concurrency === undefined && limits.perMinute === undefined) return async () => {};
	const waitMs = await limiter(id).acquire(lease, limits, timeoutMs + graceMs);
	if (waitMs > 0) {
		const details = { retryAfter: waitMs / 1_000 };
		throw new AppError("rate_limited", `"${name}" is called as often as its limits allow.`, { details });
	}
	return async () => {
		try {
			await limiter(id).release(lease);
		} catch (error) {
			console.error("a place at a tool waits for its lease to end", id, error);
		}
	};
}
