/** A part of a request that is repeated safely by itself, such as one file of a form. */
import type { RagContext } from "./context.ts";

/** The context with an Idempotency-Key of the part's own, where the request has one. */
export function partOfRequest(ctx: RagContext, part: string): RagContext {
	const { caller } = ctx;
	if (!caller.idempotencyKey) return ctx;
	// Nobody else has this key: those that are sent have no blanks.
	return { ...ctx, caller: { ...caller, idempotencyKey: `${caller.idempotencyKey} ${part}` } };
}
