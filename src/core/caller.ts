/** Who is asking: the first argument of every RPC and the owner of everything a verb writes. */

export const roles = ["admin", "user", "viewer"] as const;

export type Role = (typeof roles)[number];

export interface Caller {
	userId: string;
	role: Role;
	requestId: string;
	/** W3C trace context of the call that this one is part of. */
	traceparent: string;
	/** The login session or API key behind the request, so that sockets can be closed when it is revoked. */
	credentialId?: string;
	idempotencyKey?: string;
}

/** Whether the caller may read an object with this owner. */
export function canRead(caller: Caller, object: { ownerId: string; shared?: boolean }): boolean {
	return caller.role === "admin" || object.ownerId === caller.userId || object.shared === true;
}

/** Whether the caller may change an object with this owner; `shared` gives no right to change. */
export function canWrite(caller: Caller, object: { ownerId: string }): boolean {
	return caller.role === "admin" || (caller.role === "user" && object.ownerId === caller.userId);
}
