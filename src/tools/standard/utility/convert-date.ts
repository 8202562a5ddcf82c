/** `date_convert`: an instant in another time zone. */
import { z } from "zod";
import { standardTool } from "#tools/standard/standard-tool";
import { DateText, instantOfText, TimeZone, ToldDate, toldDate } from "./date-text.ts";
import { zoneOf } from "./time-zone.ts";

export const convertDate = standardTool({
	id: "date_convert",
	name: "Convert date",
	description:
		"Tells what the clock shows in one time zone at a given time of another. Knows daylight saving time. Use it for " +
		"meetings across time zones and to turn a local time into UTC.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		date: DateText.meta({
			description: "ISO 8601. With an offset or Z it is that instant; without, local time in `from`.",
			examples: ["2026-03-29T00:59:59Z", "2026-07-01T09:00"],
		}),
		from: TimeZone.meta({ description: "Time zone of a date without offset." }),
		timeZone: TimeZone.meta({ description: "The time zone wanted." }),
	}),
	output: ToldDate,
	examples: [
		{
			title: "UTC in Berlin",
			input: { date: "2026-07-01T12:00:00Z", timeZone: "Europe/Berlin" },
			output: {
				instant: "2026-07-01T12:00:00.000Z",
				local: "2026-07-01T14:00:00.000+02:00",
				...{ timeZone: "Europe/Berlin", weekday: "Wednesday", unixSeconds: 1782907200 },
			},
		},
		{
			title: "New York's morning in Tokyo",
			input: { date: "2026-01-15T09:00", from: "America/New_York", timeZone: "Asia/Tokyo" },
			output: {
				instant: "2026-01-15T14:00:00.000Z",
				local: "2026-01-15T23:00:00.000+09:00",
				...{ timeZone: "Asia/Tokyo", weekday: "Thursday", unixSeconds: 1768485600 },
			},
		},
	],
	run({ date, from, timeZone }) {
		return toldDate(instantOfText(date, zoneOf(from)), zoneOf(timeZone));
	},
});
