/** What an Idempotency-Key stands for: a digest of what was asked, from which nobody can guess a password. */
import { sha256 } from "#core/crypto";
import type { RagContext } from "./context.ts";

export async function fingerprint(
	{ passwords }: Pick<RagContext, "passwords">,
	asked: unknown[],
	password?: string,
): Promise<string> {
	const secret = password === undefined ? [] : [await passwords.mark(password)];
	return await sha256(JSON.stringify([...asked, ...secret]));
}
