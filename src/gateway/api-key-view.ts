/** An API key as the lists show it: never its secret nor its hash. */
import { isoTime } from "#core/clock";
import type { ApiKey } from "./account-store.ts";
import type { ApiKeyInfo } from "./schema.ts";

export function apiKeyView({ id, name, scopes, createdAt, lastUsedAt }: Omit<ApiKey, "hash">): ApiKeyInfo {
	return {
		id,
		name,
		scopes,
		createdAt: isoTime(createdAt),
		lastUsedAt: lastUsedAt === null ? undefined : isoTime(lastUsedAt),
	};
}
