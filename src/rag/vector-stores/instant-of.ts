/** Dates in metadata as points in time: as SQLite's `julianday` reads them, so that all stores agree. */

const pattern =
	/^(\d{4})-(\d{2})-(\d{2})(?:(?:T| +)(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)? *(?:([Zz])|([+-])(\d{2}):(\d{2}))?$/;

/** Milliseconds since 1970. Without a zone it is UTC; undefined for what is no date. */
export function instantOf(text: string): number | undefined {
	const parts = pattern.exec(text);
	if (!parts) return undefined;
	const [, year, month, day, hour, minute, second, fraction, , sign, zoneHours, zoneMinutes] = parts;
	const hasZone = parts[8] !== undefined || sign !== undefined;
	if (hour === undefined && (hasZone || text.endsWith(" "))) return undefined;
	const [h, m, s] = [hour, minute, second].map((part) => Number(part ?? 0)) as [number, number, number];
	if (!within(month, 1, 12) || !within(day, 1, 31) || h > 24 || m > 59 || s > 59) return undefined;
	const zone = Number(`${sign ?? "+"}1`) * (Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0));
	const midnight = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day));
	return midnight + ((h * 60 + m - zone) * 60 + s) * 1_000 + Math.round(Number(`0.${fraction ?? 0}`) * 1_000);
}

function within(part: string | undefined, least: number, most: number): boolean {
	return Number(part) >= least && Number(part) <= most;
}
