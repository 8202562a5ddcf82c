/** `Prefer` (RFC 7240): whether and how long the client wants to wait. */

export interface Preference {
	/** §4.1 */
	respondAsync: boolean;
	/** §4.3, in milliseconds. */
	waitMs?: number;
}

export function parsePrefer(header: string | undefined): Preference {
	const preferences = (header ?? "").split(",").map((part) => part.trim().toLowerCase());
	const wait = preferences.map((part) => /^wait\s*=\s*"?(\d{1,6})"?$/.exec(part)?.[1]).find(Boolean);
	return {
		respondAsync: preferences.includes("respond-async") && wait === undefined,
		...(wait !== undefined && { waitMs: Number(wait) * 1_000 }),
	};
}
