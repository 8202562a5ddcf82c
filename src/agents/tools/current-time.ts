/** `current_time`: the date and time, in any time zone. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { zodTool } from "./zod-tool.ts";

export const currentTime = zodTool({
	id: "current_time",
	description: "Tells the current date and time, in the given IANA time zone or in UTC.",
	writes: false,
	input: z.object({
		timeZone: z
			.string()
			.default("UTC")
			.meta({ description: "IANA time zone.", examples: ["Europe/Berlin", "UTC"] }),
	}),
	run({ timeZone }) {
		const now = new Date();
		return { timeZone, iso: now.toISOString(), local: formatterOf(timeZone).format(now) };
	},
});

function formatterOf(timeZone: string): Intl.DateTimeFormat {
	try {
		return new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "full", timeStyle: "long" });
	} catch (cause) {
		throw new AppError("invalid_input", `There is no time zone "${timeZone}".`, { cause });
	}
}
