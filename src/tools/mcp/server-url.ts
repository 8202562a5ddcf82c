/** The address of an MCP server: as it is called, checked and shown. */
import { AppError } from "#core/errors";

/** As HTTP, which a WebSocket begins with; throws `address_not_allowed` for what is no address of a server. */
export function httpUrl(url: string): URL {
	const parsed = URL.parse(url);
	if (!parsed || !["http:", "https:", "ws:", "wss:"].includes(parsed.protocol)) {
		throw new AppError("address_not_allowed", "Only http, https, ws and wss addresses can be called.");
	}
	return new URL(parsed.href.replace(/^ws/, "http"));
}

export function isWebSocketUrl(url: string): boolean {
	return /^wss?:/i.test(url);
}

/** Without the query, where some servers expect a key. */
export function publicUrl(url: string): string {
	const { href, search, hash } = new URL(url);
	return href.slice(0, href.length - search.length - hash.length);
}
