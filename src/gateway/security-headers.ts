/** What every answer tells a browser: guess no type, frame nothing, run nothing. */

const nothing = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** For /docs: its own scripts and the API's documents, nothing from elsewhere; Swagger UI sets style attributes. */
const docsPolicy =
	"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export function setSecurityHeaders(headers: Headers, options: { isHttps: boolean; isSite: boolean }): void {
	headers.set("content-security-policy", options.isSite ? docsPolicy : nothing);
	headers.set("referrer-policy", "no-referrer");
	headers.set("x-content-type-options", "nosniff");
	headers.set("x-frame-options", "DENY");
	if (options.isHttps) headers.set("strict-transport-security", "max-age=31536000; includeSubDomains");
	if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
}
