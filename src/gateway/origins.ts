/** Which web origins may call: none but the deployment's list, and for WebSockets the gateway's own host. */

const methods = "GET, HEAD, POST, PUT, PATCH, DELETE";
const requestHeaders =
	"Authorization, Content-Type, Idempotency-Key, Last-Event-ID, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Prefer, " +
	"X-API-Key, traceparent";
const responseHeaders =
	"X-Request-ID, X-Trace-ID, RateLimit, RateLimit-Policy, Retry-After, Location, X-Execution-ID, WWW-Authenticate";

export function parseOrigins(list: string | undefined): ReadonlySet<string> {
	return new Set((list ?? "").split(",").flatMap((entry) => URL.parse(entry.trim())?.origin ?? []));
}

/** Adds what the browser needs to let an allowed origin read the answer (Fetch §3.3). */
export function allowOrigin(headers: Headers, origin: string | null, allowed: ReadonlySet<string>): void {
	if (allowed.size > 0) headers.append("vary", "Origin");
	if (origin === null || !allowed.has(origin)) return;
	headers.set("access-control-allow-origin", origin);
	headers.set("access-control-allow-credentials", "true");
	headers.set("access-control-expose-headers", responseHeaders);
}

/** The answer to any OPTIONS; `allowOrigin` decides whether a preflight succeeds. */
export function preflight(): Response {
	return new Response(null, {
		status: 204,
		headers: {
			allow: `${methods}, OPTIONS`,
			"access-control-allow-methods": methods,
			"access-control-allow-headers": requestHeaders,
			"access-control-max-age": "600",
		},
	});
}

/** A browser lets any page open a WebSocket anywhere, so the origin is checked here (RFC 6455 §10.2). */
export function mayOpenSocket(request: Request, allowed: ReadonlySet<string>): boolean {
	const origin = request.headers.get("origin");
	if (origin === null || allowed.has(origin)) return true;
	return URL.parse(origin)?.host === new URL(request.url).host;
}

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * A page of the gateway's own origin counts, but not where that is a plain name: any page can make its name mean this
 * machine (DNS rebinding), while it can neither call itself localhost nor have the certificate.
 */
export function mayCallMcp(request: Request, allowed: ReadonlySet<string>): boolean {
	const origin = request.headers.get("origin");
	if (origin === null || allowed.has(origin)) return true;
	const own = new URL(request.url);
	return origin === own.origin && (own.protocol === "https:" || loopback.test(own.hostname));
}
