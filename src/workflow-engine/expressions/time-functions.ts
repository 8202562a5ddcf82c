/** Timestamps (to the millisecond) and durations (to the nanosecond): how they are read, written and taken apart. */
import { type Duration, durationOf, invalid, isDuration } from "./values.ts";

const timestampPattern = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;
const earliest = Date.parse("0001-01-01T00:00:00Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");
/** About 10,000 years, as in Protocol Buffers. */
const longest = 315_576_000_000n * 1_000_000_000n;

const nanosOf: Record<string, bigint> = {
	h: 3_600_000_000_000n,
	m: 60_000_000_000n,
	s: 1_000_000_000n,
	ms: 1_000_000n,
	us: 1_000n,
	ns: 1n,
};

/** Of a text as RFC 3339 has it, or of seconds since 1970. */
export function readTimestamp(value: unknown): Date {
	if (value instanceof Date) return value;
	if (typeof value === "number" || typeof value === "bigint") return checkedDate(Number(value) * 1_000);
	const day = typeof value === "string" ? timestampPattern.exec(value)?.[1] : undefined;
	// JavaScript takes the 30th of February for a day in March.
	const isDay = day !== undefined && new Date(Date.parse(`${day}T00:00:00Z`) || 0).toISOString().startsWith(day);
	if (!isDay) throw invalid("timestamp() takes a text such as 2026-01-31T08:00:00Z, or seconds since 1970.");
	return checkedDate(Date.parse(String(value).toUpperCase()));
}

/** Of a text such as `1h30m`, `-1.5s` or `200ms`. */
export function readDuration(value: unknown): Duration {
	if (isDuration(value)) return value;
	const [, sign, body] =
		(typeof value === "string" && value.length <= 100 && /^([+-]?)((?:[\d.]+[a-z]+)+)$/.exec(value)) || [];
	if (body === undefined) throw invalid("duration() takes a text such as 1h30m, 1.5s or 200ms.");
	let nanos = 0n;
	for (const part of body.match(/[\d.]+[a-z]+/g) ?? []) nanos += nanosOfPart(part);
	return durationOf(checkedTime(sign === "-" ? -nanos : nanos));
}

function nanosOfPart(part: string): bigint {
	const [, whole, fraction = "", unit = ""] = /^(\d*)(?:\.(\d*))?([a-z]+)$/.exec(part) ?? [];
	const nanos = Object.hasOwn(nanosOf, unit) ? nanosOf[unit] : undefined;
	if (nanos === undefined || `${whole}${fraction}` === "") throw invalid(`${part} is no part of a duration.`);
	return (BigInt(`${whole}${fraction}`) * nanos) / 10n ** BigInt(fraction.length);
}

/** As protobuf's JSON has it: seconds, `5400s` or `-1.5s`. */
export function writeDuration({ nanos }: Duration): string {
	const absolute = nanos < 0n ? -nanos : nanos;
	const fraction = (absolute % 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "");
	return `${nanos < 0n ? "-" : ""}${absolute / 1_000_000_000n}${fraction && `.${fraction}`}s`;
}

export function checkedTime(nanos: bigint): bigint {
	if (nanos > longest || nanos < -longest) throw invalid("The duration is too long.");
	return nanos;
}

export function shifted(date: Date, nanos: bigint): Date {
	return checkedDate(date.getTime() + Number(nanos / 1_000_000n));
}

/** Each counts as CEL has it; `getHours` and so on of a duration are all of it in that unit. */
export const timeParts: Record<string, { ofDate: (date: Date) => number; nanos?: bigint }> = {
	getFullYear: { ofDate: (date) => date.getUTCFullYear() },
	getMonth: { ofDate: (date) => date.getUTCMonth() },
	getDate: { ofDate: (date) => date.getUTCDate() },
	getDayOfMonth: { ofDate: (date) => date.getUTCDate() - 1 },
	getDayOfWeek: { ofDate: (date) => date.getUTCDay() },
	getDayOfYear: { ofDate: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / 86_400_000) },
	getHours: { ofDate: (date) => date.getUTCHours(), nanos: 3_600_000_000_000n },
	getMinutes: { ofDate: (date) => date.getUTCMinutes(), nanos: 60_000_000_000n },
	getSeconds: { ofDate: (date) => date.getUTCSeconds(), nanos: 1_000_000_000n },
	getMilliseconds: { ofDate: (date) => date.getUTCMilliseconds(), nanos: 1_000_000n },
};

/** A date whose UTC parts are those that clocks of the time zone show. */
export function inTimeZone(date: Date, timeZone: unknown): Date {
	if (typeof timeZone !== "string") throw invalid("A time zone is a text such as Europe/Berlin.");
	try {
		return new Date(`${date.toLocaleString("en-US", { timeZone })} UTC`);
	} catch (cause) {
		throw invalid(`There is no time zone ${JSON.stringify(timeZone.slice(0, 100))}.`, cause);
	}
}

function checkedDate(epochMs: number): Date {
	if (!(epochMs >= earliest && epochMs <= latest)) throw invalid("The timestamp is not between the years 1 and 9999.");
	return new Date(epochMs);
}
