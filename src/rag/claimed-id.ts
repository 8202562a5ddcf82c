/** What an Idempotency-Key stands for. */
import { sha256 } from "#core/crypto";
import type { RagContext } from "./context.ts";

/**
 * The id that the request's key has, the same for the same request; `fresh` where it has none, or is new. Nobody can
 * guess `secret`, such as a password, from what is kept. Throws `idempotency_key_reused` for a key of another request.
 */
export async function claimedId(ctx: RagContext, fresh: string, asked: unknown[], secret?: string): Promise<string> {
	const { idempotencyKey, userId } = ctx.caller;
	if (!idempotencyKey) return fresh;
	const marked = secret === undefined ? [] : [await ctx.passwords.mark(secret)];
	return await ctx.keys(userId).claim(idempotencyKey, await sha256(JSON.stringify([...asked, ...marked])), fresh);
}
