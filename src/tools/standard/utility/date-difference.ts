/** `date_difference`: how long it is from one date to another. */
import { z } from "zod";
import { standardTool } from "#tools/standard/standard-tool";
import { DateText, instantOfText, TimeZone } from "./date-text.ts";
import { durationBetween, durationFields, durationText, type Duration } from "./duration.ts";
import { zoneOf } from "./time-zone.ts";

export const dateDifference = standardTool({
	id: "date_difference",
	name: "Date difference",
	description:
		"Tells how long it is from one date to another: by calendar (years, months, days and the rest) and as a total. Use it " +
		"for ages, deadlines and durations. Negative where the second date is the earlier one.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		from: DateText.meta({ description: "ISO 8601; without an offset local time.", examples: ["2000-02-29"] }),
		to: DateText.meta({ description: "ISO 8601; without an offset local time.", examples: ["2026-05-04T10:00Z"] }),
		timeZone: TimeZone,
	}),
	output: z.object({
		duration: z.string().meta({ description: "ISO 8601, counted from the earlier date." }),
		...{ years: z.int(), months: z.int(), days: z.int(), hours: z.int(), minutes: z.int(), seconds: z.number() },
		totalDays: z.number().meta({ description: "Of 24 hours each." }),
		totalSeconds: z.number(),
	}),
	examples: [
		{
			title: "An age",
			input: { from: "2000-02-29", to: "2026-05-04" },
			output: {
				duration: "P26Y2M5D",
				...{ years: 26, months: 2, days: 5, hours: 0, minutes: 0, seconds: 0 },
				...{ totalDays: 9561, totalSeconds: 826070400 },
			},
		},
		{
			title: "Back in time",
			input: { from: "2026-05-04T10:00Z", to: "2026-05-04T08:30Z" },
			output: {
				duration: "-PT1H30M",
				...{ years: 0, months: 0, days: 0, hours: -1, minutes: -30, seconds: 0 },
				...{ totalDays: -0.0625, totalSeconds: -5400 },
			},
		},
	],
	run({ from, to, timeZone }) {
		const zone = zoneOf(timeZone);
		const [start, end] = [instantOfText(from, zone), instantOfText(to, zone)];
		const sign = end < start ? -1 : 1;
		const span = durationBetween(Math.min(start, end), Math.max(start, end), zone);
		const signed = Object.fromEntries(durationFields.map((field) => [field, span[field] * sign + 0])) as Duration;
		const { weeks: _, ...fields } = signed;
		const totalSeconds = (end - start) / 1_000;
		return { duration: durationText(signed), ...fields, totalDays: totalSeconds / 86_400, totalSeconds };
	},
});
