/** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10). */
import type { Admission } from "./sliding-window.ts";

export function rateHeaders(
	policy: string,
	{ limit, remaining, resetMs }: Omit<Admission, "admitted">,
): [string, string][] {
	return [
		["ratelimit-policy", `"${policy}";q=${limit};w=60`],
		["ratelimit", `"${policy}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`],
	];
}
