/** The headers that carry an owner's keys: sealed for their server's row, and opened only to call it. */
import { seal, unseal } from "#core/crypto";
import type { RegisterMcpServer } from "./schema.ts";
import type { McpServerRow } from "./tables.ts";

/** Null where there is nothing to keep. */
export async function sealHeaders(
	key: CryptoKey,
	serverId: string,
	{ apiKey, headers }: { apiKey?: string | null; headers?: RegisterMcpServer["headers"] | null },
): Promise<string | null> {
	const all = { ...headers, ...(apiKey && { authorization: `Bearer ${apiKey}` }) };
	return Object.keys(all).length === 0 ? null : await seal(key, serverId, JSON.stringify(all));
}

export async function openHeaders(
	key: CryptoKey,
	{ id, secret }: Pick<McpServerRow, "id" | "secret">,
): Promise<Record<string, string>> {
	return secret === null ? {} : JSON.parse(await unseal(key, id, secret));
}
