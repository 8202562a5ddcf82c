/** One spelling for one path (RFC 3986 §6.2.2), so that routing, policy and the domain all decide about the same one. */

/** A slash that is doubled or encoded, a backslash, a dot segment, a NUL, or a percent sign that encodes nothing. */
const ambiguous = /\/\/|\\|%2f|%5c|%00|%(?![0-9a-f]{2})|\/\.{1,2}(?=\/|$)/i;
const percentEncoded = /%([0-9a-f]{2})/gi;
const unreserved = /[A-Za-z0-9._~-]/;

export interface CanonicalUrl {
	path: string;
	/** With its `?`, or empty. */
	search: string;
}

/** Undefined for a path that two parsers could read as two different ones. */
export function canonicalUrl(url: string): CanonicalUrl | undefined {
	const start = url.indexOf("/", url.indexOf("://") + 3);
	if (start === -1) return { path: "/", search: "" };
	const end = url.search(/[?#]/);
	const raw = url.slice(start, end === -1 ? undefined : end);
	const path = raw.includes("%") ? raw.replace(percentEncoded, decodeUnreserved) : raw;
	if (ambiguous.test(path)) return undefined;
	return { path, search: end === -1 ? "" : url.slice(end).replace(/#.*$/s, "") };
}

function decodeUnreserved(encoded: string, hex: string): string {
	const char = String.fromCharCode(Number.parseInt(hex, 16));
	return unreserved.test(char) ? char : encoded.toUpperCase();
}
