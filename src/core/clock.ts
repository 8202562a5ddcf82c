/** Time as the API writes it: ISO 8601 in UTC with milliseconds. */

export function isoTime(epochMs: number = Date.now()): string {
	return new Date(epochMs).toISOString();
}
