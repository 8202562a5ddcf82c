/** The headers that a domain gets: the client's, without what only the gateway may say, and the identity it found. */
import type { Caller } from "#core/caller";
import { identityHeaders } from "./identity.ts";

/** Hop-by-hop (RFC 9110 §7.6.1), credentials, and what other proxies tell about the client. */
const dropped = new Set([
	"authorization",
	"connection",
	"cookie",
	"content-length",
	"expect",
	"forwarded",
	"keep-alive",
	"proxy-authenticate",
	"proxy-authorization",
	"proxy-connection",
	"te",
	"trailer",
	"transfer-encoding",
	"traceparent",
	"upgrade",
	"via",
	"x-api-key",
	"x-real-ip",
]);
/** Whole families, so that no spelling of an identity header gets through. */
const droppedFamilies = /^x-(?:user|trace|request|credential|forwarded|client)(?:-|$)|^x-(?:role|user)/;

/**
 * `traceparent` is the gateway's span. A WebSocket upgrade keeps its `Upgrade` header, nothing else does.
 * Names with an underscore are judged as if it were a hyphen: some servers read them so.
 */
export function forwardHeaders(headers: Headers, caller: ForwardedCaller, isUpgrade: boolean): Record<string, string> {
	const forwarded: Record<string, string> = {};
	const connection = headers.get("connection");
	const named = connection ? connection.toLowerCase().split(/\s*,\s*/) : [];
	for (const [name, value] of headers) {
		const canonical = name.includes("_") ? name.replaceAll("_", "-") : name;
		if (dropped.has(canonical) || droppedFamilies.test(canonical) || named.includes(name)) continue;
		forwarded[name] = value;
	}
	if (isUpgrade) forwarded.upgrade = "websocket";
	return Object.assign(forwarded, identityOf(caller));
}

export interface ForwardedCaller extends Partial<Omit<Caller, "idempotencyKey">> {
	requestId: string;
	traceId: string;
	traceparent: string;
}

function identityOf(caller: ForwardedCaller): Record<string, string> {
	const { userId, role, credentialId, traceId, requestId, traceparent } = caller;
	return {
		...(userId !== undefined && { [identityHeaders.userId]: userId }),
		...(role !== undefined && { [identityHeaders.role]: role }),
		...(credentialId !== undefined && { [identityHeaders.credentialId]: credentialId }),
		[identityHeaders.traceId]: traceId,
		[identityHeaders.requestId]: requestId,
		traceparent,
	};
}
