/** The identity headers between the gateway and a domain; only the gateway writes them, only domains read them. */
import { type Caller, type Role, roles } from "#core/caller";
import { AppError } from "#core/errors";

export const identityHeaders = {
	userId: "x-user-id",
	role: "x-user-role",
	traceId: "x-trace-id",
	requestId: "x-request-id",
	/** Names the login session or API key, never its secret. */
	credentialId: "x-credential-id",
} as const;

/** The caller in the headers, or undefined where the gateway let an anonymous request through. */
export function callerOf(headers: Headers, traceparent: string): Caller | undefined {
	const userId = headers.get(identityHeaders.userId);
	const role = headers.get(identityHeaders.role);
	if (!userId || !isRole(role)) return undefined;
	return {
		userId,
		role,
		requestId: headers.get(identityHeaders.requestId) ?? "",
		traceparent,
		credentialId: headers.get(identityHeaders.credentialId) ?? undefined,
		idempotencyKey: idempotencyKeyOf(headers),
	};
}

/** `Idempotency-Key`: 1 to 255 visible ASCII characters. */
function idempotencyKeyOf(headers: Headers): string | undefined {
	const key = headers.get("idempotency-key");
	if (key === null) return undefined;
	if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
		throw new AppError("invalid_input", "Idempotency-Key must be 1 to 255 visible ASCII characters.");
	}
	return key;
}

function isRole(value: string | null): value is Role {
	return roles.includes(value as Role);
}
