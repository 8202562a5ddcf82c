/** Dates as tools take them and tell them: ISO 8601. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { fieldsOf, utcOf, type Zone } from "./time-zone.ts";

export const TimeZone = z
	.string()
	.min(1)
	.max(100)
	.default("UTC")
	.meta({ description: "IANA time zone.", examples: ["Europe/Berlin", "America/New_York", "UTC"] });

export const DateText = z.string().trim().min(1).max(40);

export const ToldDate = z.object({
	instant: z.string().meta({ description: "In UTC." }),
	local: z.string().meta({ description: "In the time zone, with its offset." }),
	timeZone: z.string(),
	weekday: z.string(),
	unixSeconds: z.int(),
});

export type ToldDate = z.infer<typeof ToldDate>;

const pattern =
	/^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/;
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const minute = 60_000;

/** A text without offset is local time in the zone; a mere date is its midnight. */
export function instantOfText(text: string, zone: Zone): number {
	const match = pattern.exec(text);
	if (!match)
		throw new AppError("invalid_input", `"${text}" is no ISO 8601 date, like 2026-05-04 or 2026-05-04T10:00Z.`);
	const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
		.slice(1, 7)
		.map((part) => Number(part ?? 0));
	const millisecond = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
	const local = { year, month, day, hour, minute, second, millisecond };
	const carried = fieldsOf(utcOf(local));
	if (Object.entries(local).some(([field, value]) => carried[field as keyof typeof carried] !== value)) {
		throw new AppError("invalid_input", `There is no date "${text}".`);
	}
	const instant = match[8] ? utcOf(local) - offsetOf(match[8]) : zone.instantOf(local);
	return inRange(instant);
}

export function toldDate(instant: number, zone: Zone): ToldDate {
	const offset = zone.offsetAt(inRange(instant));
	const local = new Date(instant + offset);
	return {
		instant: new Date(instant).toISOString(),
		local: `${local.toISOString().slice(0, -1)}${offsetText(offset)}`,
		timeZone: zone.name,
		weekday: weekdays[local.getUTCDay()]!,
		unixSeconds: Math.floor(instant / 1_000),
	};
}

/** A day from both ends, so that every time zone has it in four digits. */
const [first, last] = [Date.parse("0001-01-02T00:00:00Z"), Date.parse("9999-12-30T23:59:59.999Z")];

function inRange(instant: number): number {
	if (!(instant >= first && instant <= last)) {
		throw new AppError("invalid_input", "Dates are from the year 1 to the year 9999.");
	}
	return instant;
}

function offsetOf(text: string): number {
	if (text.toUpperCase() === "Z") return 0;
	const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(3).replace(":", "") || 0)];
	if (hours > 23 || minutes > 59) throw new AppError("invalid_input", `There is no offset "${text}".`);
	return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * minute;
}

function offsetText(offset: number): string {
	const minutes = Math.round(Math.abs(offset) / minute);
	const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0"));
	return `${offset < 0 ? "-" : "+"}${hours}:${rest}`;
}
