/** `date_add`: a date so and so long before or after another. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";
import { DateText, instantOfText, TimeZone, ToldDate, toldDate } from "./date-text.ts";
import { addDuration, type Duration, durationOfText } from "./duration.ts";
import { zoneOf } from "./time-zone.ts";

const Amount = z.int().min(-1_000_000_000).max(1_000_000_000).optional();

export const addDate = standardTool({
	id: "date_add",
	name: "Add to date",
	description:
		"Adds a duration to a date, or takes it away if negative. Correct by calendar: a month after 31 January is the last " +
		"of February, and a day later is the same time of day even when the clocks change.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		date: DateText.meta({
			description: "ISO 8601; without an offset it is local time in the time zone.",
			examples: ["2026-01-31", "2026-03-28T12:00:00+01:00"],
		}),
		timeZone: TimeZone,
		duration: z
			.string()
			.max(100)
			.optional()
			.meta({ description: "ISO 8601 duration, instead of or besides the fields.", examples: ["P1M", "-P2DT3H"] }),
		years: Amount.meta({ description: "May be negative, as the others." }),
		months: Amount.meta({ description: "Months to add." }),
		weeks: Amount.meta({ description: "Weeks to add." }),
		days: Amount.meta({ description: "Days to add." }),
		hours: Amount.meta({ description: "Hours to add." }),
		minutes: Amount.meta({ description: "Minutes to add." }),
		seconds: Amount.meta({ description: "Seconds to add." }),
	}),
	output: ToldDate,
	examples: [
		{
			title: "A month after the end of January",
			input: { date: "2026-01-31", duration: "P1M" },
			output: {
				instant: "2026-02-28T00:00:00.000Z",
				local: "2026-02-28T00:00:00.000+00:00",
				...{ timeZone: "UTC", weekday: "Saturday", unixSeconds: 1772236800 },
			},
		},
		{
			title: "A day later, though the night is an hour shorter",
			input: { date: "2026-03-28T12:00", timeZone: "Europe/Berlin", days: 1 },
			output: {
				instant: "2026-03-29T10:00:00.000Z",
				local: "2026-03-29T12:00:00.000+02:00",
				...{ timeZone: "Europe/Berlin", weekday: "Sunday", unixSeconds: 1774778400 },
			},
		},
	],
	run({ date, timeZone, duration, ...fields }) {
		const zone = zoneOf(timeZone);
		const span = durationOfText(duration ?? "PT0S");
		for (const [field, amount] of Object.entries(fields)) span[field as keyof Duration] += amount ?? 0;
		if (!duration && Object.values(fields).every((amount) => amount === undefined)) {
			throw new AppError("invalid_input", "Nothing to add: give a duration or one of its fields.");
		}
		return toldDate(addDuration(instantOfText(date, zone), span, zone), zone);
	},
});
