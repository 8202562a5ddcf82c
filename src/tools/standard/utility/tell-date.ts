/** `date_now`: the date and time, in any time zone. */
import { z } from "zod";
import { standardTool } from "#tools/standard/standard-tool";
import { TimeZone, ToldDate, toldDate } from "./date-text.ts";
import { zoneOf } from "./time-zone.ts";

export const tellDate = standardTool({
	id: "date_now",
	name: "Date now",
	description:
		"Tells the current date, time and weekday in a time zone. Use it whenever an answer depends on today: a model does " +
		"not know the date.",
	category: "utility",
	writes: false,
	input: z.strictObject({ timeZone: TimeZone }),
	output: ToldDate,
	examples: [
		{ title: "In UTC", input: {} },
		{ title: "In Berlin", input: { timeZone: "Europe/Berlin" } },
	],
	run({ timeZone }, scope) {
		return toldDate(scope.now().getTime(), zoneOf(timeZone));
	},
});
