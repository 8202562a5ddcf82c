/** How long a server asks to wait before it is asked again. */

/** Seconds, from `Retry-After` in seconds or as a date (RFC 9110 §10.2.3); undefined for what is neither. */
export function secondsToWait(header: string | null | undefined): number | undefined {
	const text = header?.trim() ?? "";
	// Some send fractions.
	const seconds = /^\d{1,10}(?:\.\d+)?$/.test(text) ? Number(text) : (dateOf(text) - Date.now()) / 1_000;
	return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

/** By the day that all forms of a date begin with: `Date.parse` takes numbers for dates. */
function dateOf(text: string): number {
	return /^[A-Z][a-z]/.test(text) ? Date.parse(text) : Number.NaN;
}
