/** Local time in an IANA time zone, by Intl: the runtime has no Temporal yet. Instants are epoch milliseconds. */
import { AppError } from "#core/errors";

interface LocalTime {
	year: number;
	month: number;
	day: number;
	hour: number;
	minute: number;
	second: number;
	millisecond: number;
}

export interface Zone {
	name: string;
	/** How far local time is ahead of UTC at an instant, in milliseconds. */
	offsetAt(instant: number): number;
	localAt(instant: number): LocalTime;
	/** A time that comes twice is the first one; one that is skipped moves on by the gap, as RFC 5545 has it. */
	instantOf(local: LocalTime): number;
}

const day = 86_400_000;

export function zoneOf(timeZone: string): Zone {
	const formatter = formatterOf(timeZone);

	function offsetAt(instant: number): number {
		const parts = Object.fromEntries(formatter.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
		const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
		const wholeSecond = Math.floor(instant / 1_000) * 1_000;
		return utcOf({ year, month, day, hour, minute, second, millisecond: 0 }) - wholeSecond;
	}

	function instantOf(local: LocalTime): number {
		const asUtc = utcOf(local);
		const before = offsetAt(asUtc - day);
		const after = offsetAt(asUtc + day);
		for (const offset of [before, after]) {
			if (offsetAt(asUtc - offset) === offset) return asUtc - offset;
		}
		return asUtc - before;
	}

	const localAt = (instant: number) => fieldsOf(instant + offsetAt(instant));
	return { name: formatter.resolvedOptions().timeZone, offsetAt, localAt, instantOf };
}

/** The fields as if they were UTC; days and months that overflow carry over. */
export function utcOf({ year, month, day, hour, minute, second, millisecond }: LocalTime): number {
	// Date.UTC takes the year 99 for 1999.
	return new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * 1_000 + millisecond;
}

export function fieldsOf(utc: number): LocalTime {
	const date = new Date(utc);
	return {
		...{ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() },
		...{ hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds() },
		millisecond: date.getUTCMilliseconds(),
	};
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
	try {
		return new Intl.DateTimeFormat("en-US-u-ca-iso8601", {
			...{ timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" },
			...{ hour: "numeric", minute: "numeric", second: "numeric" },
		});
	} catch (cause) {
		throw new AppError("invalid_input", `There is no time zone "${timeZone}".`, { cause });
	}
}
