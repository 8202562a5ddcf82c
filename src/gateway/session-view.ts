/** A session as its user sees it: never its token's hash. */
import { isoTime } from "#core/clock";
import type { Session } from "./account-store.ts";
import type { SessionInfo } from "./schema.ts";

export function sessionView(
	{ id, userAgent, createdAt, lastUsedAt, expiresAt }: Session,
	currentId: string | undefined,
): SessionInfo {
	return {
		id,
		userAgent,
		createdAt: isoTime(createdAt),
		lastUsedAt: isoTime(lastUsedAt),
		expiresAt: isoTime(expiresAt),
		current: id === currentId,
	};
}
