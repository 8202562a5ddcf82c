/** Spans of time: calendar part (years to days, in local time) and exact part (hours and less). */
import { AppError } from "#core/errors";
import { utcOf, type Zone } from "./time-zone.ts";

export const durationFields = ["years", "months", "weeks", "days", "hours", "minutes", "seconds"] as const;

export type Duration = Record<(typeof durationFields)[number], number>;

const [hour, minute, second] = [3_600_000, 60_000, 1_000];
const pattern =
	/^([+-])?P(?=\d|T\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?$/;

export function durationOfText(text: string): Duration {
	const match = pattern.exec(text);
	if (!match) throw new AppError("invalid_input", `"${text}" is no ISO 8601 duration, like P1M or P2DT3H30M.`);
	const sign = match[1] === "-" ? -1 : 1;
	const values = match.slice(2).map((part) => sign * Number(part ?? 0));
	return Object.fromEntries(durationFields.map((field, index) => [field, values[index]! + 0])) as Duration;
}

export function durationText(duration: Duration): string {
	const sign = durationFields.some((field) => duration[field] < 0) ? "-" : "";
	const written = (field: keyof Duration, letter: string) =>
		duration[field] === 0 ? "" : `${Math.abs(duration[field])}${letter}`;
	const date = `${written("years", "Y")}${written("months", "M")}${written("weeks", "W")}${written("days", "D")}`;
	const time = `${written("hours", "H")}${written("minutes", "M")}${written("seconds", "S")}`;
	if (!date && !time) return "PT0S";
	return `${sign}P${date}${time && `T${time}`}`;
}

/** A month later than 31 January is the last of February; a day later is the same time of day, whatever the clocks do. */
export function addDuration(instant: number, duration: Duration, zone: Zone): number {
	const { years, months, weeks, days, hours, minutes, seconds } = duration;
	const exact = hours * hour + minutes * minute + Math.round(seconds * second);
	// The offset of a time that comes twice would be lost.
	if (years === 0 && months === 0 && weeks === 0 && days === 0) return instant + exact;
	const local = zone.localAt(instant);
	const month = local.year * 12 + local.month - 1 + years * 12 + months;
	const [year, monthOfYear] = [Math.floor(month / 12), (((month % 12) + 12) % 12) + 1];
	const day = Math.min(local.day, daysIn(year, monthOfYear)) + weeks * 7 + days;
	const moved = utcOf({ ...local, year, month: monthOfYear, day });
	// Intl has nothing to say about what is beyond the range of Date.
	if (!(Math.abs(moved) < 8.6e15)) throw new AppError("invalid_input", "Dates are from the year 1 to the year 9999.");
	return zone.instantOf({ ...local, year, month: monthOfYear, day }) + exact;
}

/** From the earlier to the later instant: as many whole months as fit, then days, then the rest. */
export function durationBetween(earlier: number, later: number, zone: Zone): Duration {
	const none: Duration = { years: 0, months: 0, weeks: 0, days: 0, hours: 0, minutes: 0, seconds: 0 };
	const [from, to] = [zone.localAt(earlier), zone.localAt(later)];
	const calendar = (months: number, days: number) => addDuration(earlier, { ...none, months, days }, zone);
	let months = Math.max((to.year - from.year) * 12 + to.month - from.month, 0);
	while (months > 0 && calendar(months, 0) > later) months -= 1;
	let days = Math.floor((later - calendar(months, 0)) / (24 * hour)) + 1;
	while (days > 0 && calendar(months, days) > later) days -= 1;
	const rest = later - calendar(months, days);
	return {
		...{ years: Math.floor(months / 12), months: months % 12, weeks: 0, days },
		...{ hours: Math.floor(rest / hour), minutes: Math.floor((rest % hour) / minute) },
		seconds: (rest % minute) / second,
	};
}

function daysIn(year: number, month: number): number {
	return new Date(
		utcOf({ year, month: month + 1, day: 0, hour: 0, minute: 0, second: 0, millisecond: 0 }),
	).getUTCDate();
}
