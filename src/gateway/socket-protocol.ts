/**
 * Browsers cannot set headers on a WebSocket, so the token may come as a subprotocol: `agentic-edge, bearer.<token>`
 * (RFC 6455 §1.9). The domain never sees it; the answer names `agentic-edge`.
 */

export const socketProtocol = "agentic-edge";
const tokenPrefix = "bearer.";

export interface OfferedProtocols {
	/** What is left for the domain. */
	others: string[];
	token?: string;
}

export function offeredProtocols(headers: Headers): OfferedProtocols {
	const all = (headers.get("sec-websocket-protocol") ?? "").split(",").map((entry) => entry.trim());
	const tokens = all.filter((entry) => entry.startsWith(tokenPrefix));
	const others = all.filter((entry) => entry !== "" && !entry.startsWith(tokenPrefix));
	// Two tokens are no token: neither may win by its place.
	return {
		others,
		token: tokens.length > 0 ? tokens.map((entry) => entry.slice(tokenPrefix.length)).join(" ") : undefined,
	};
}

export function isSocketUpgrade(request: Request): boolean {
	return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}
