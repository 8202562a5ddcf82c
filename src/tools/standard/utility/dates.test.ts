import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDate } from "./add-date.ts";
import { call, codeOf } from "#tools/standard/call-tool.fixture";
import { convertDate } from "./convert-date.ts";
import { dateDifference } from "./date-difference.ts";
import { tellDate } from "./tell-date.ts";

interface Told {
	instant: string;
	local: string;
}

const zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"];
const zone = fc.constantFrom(...zones);
const instant = fc.date({ min: new Date("1970-01-02"), max: new Date("2100-01-01"), noInvalidDate: true });

const later = async (input: Record<string, unknown>) => (await call(addDate, input)) as Told;

describe("date_now", () => {
	it("tells the time of its scope", async () => {
		expect(await call(tellDate, { timeZone: "Asia/Kolkata" })).toEqual({
			...{ instant: "2026-05-04T10:00:00.000Z", local: "2026-05-04T15:30:00.000+05:30" },
			...{ timeZone: "Asia/Calcutta", weekday: "Monday", unixSeconds: 1777888800 },
		});
	});

	it("refuses a time zone that there is not", async () => {
		expect(await codeOf(tellDate, { timeZone: "Europe/Atlantis" })).toBe("invalid_input");
	});
});

describe("date_convert", () => {
	it.each([
		["a skipped time moves on", "2026-03-29T02:30", "Europe/Berlin", "2026-03-29T03:30:00.000+02:00"],
		["a doubled time is the first", "2026-10-25T02:30", "Europe/Berlin", "2026-10-25T02:30:00.000+02:00"],
		["the offset counts", "2026-10-25T02:30+01:00", "Europe/Berlin", "2026-10-25T02:30:00.000+01:00"],
		["half an hour of summer", "2026-01-01T12:00", "Australia/Lord_Howe", "2026-01-01T12:00:00.000+11:00"],
		["a negative offset", "2026-01-01T12:00:00.5", "America/St_Johns", "2026-01-01T12:00:00.500-03:30"],
		["the first century", "0099-05-04", "UTC", "0099-05-04T00:00:00.000+00:00"],
		["midnight", "2024-02-29", "America/New_York", "2024-02-29T00:00:00.000-05:00"],
	])("%s", async (_, date, timeZone, local) => {
		expect(await call(convertDate, { date, from: timeZone, timeZone })).toMatchObject({ local });
	});

	it("reads what it tells, in every time zone", async () => {
		await fc.assert(
			fc.asyncProperty(instant, zone, async (date, timeZone) => {
				const told = (await call(convertDate, { date: date.toISOString(), timeZone })) as Told;
				expect(told.instant).toBe(date.toISOString());
				expect(await call(convertDate, { date: told.local })).toMatchObject({ instant: told.instant });
			}),
		);
	});

	it.each([
		...["today", "2026-13-01", "2026-02-29", "2026-01-01T24:00", "2026-01-01T10:00+25:00", "01/02/2026", "0000-01-01"],
		...["9999-12-31", "2026-01-01T10:00:60Z", "2026-1-1"],
	])("refuses %s", async (date) => {
		expect(await codeOf(convertDate, { date })).toBe("invalid_input");
	});
});

describe("date_add", () => {
	it.each([
		["2026-03-31", { months: -1 }, "2026-02-28"],
		["2024-02-29", { years: 1 }, "2025-02-28"],
		["2026-01-15", { months: 12 }, "2027-01-15"],
		["2026-01-15", { months: -13, weeks: 1 }, "2024-12-22"],
		["2026-01-31", { duration: "P1M1D" }, "2026-03-01"],
		["2026-01-31", { duration: "-P1M" }, "2025-12-31"],
		["2026-01-01", { duration: "P1D", days: 1 }, "2026-01-03"],
	])("%s and %o is %s", async (date, fields, expected) => {
		expect((await later({ date, ...fields })).local.slice(0, 10)).toBe(expected);
	});

	it("tells 24 hours from a day when the clocks change", async () => {
		const date = "2026-10-24T12:00";
		expect((await later({ date, timeZone: "Europe/Berlin", days: 1 })).local).toBe("2026-10-25T12:00:00.000+01:00");
		expect((await later({ date, timeZone: "Europe/Berlin", hours: 24 })).local).toBe("2026-10-25T11:00:00.000+01:00");
	});

	it("adds hours within a doubled hour", async () => {
		const date = "2026-10-25T02:30+01:00";
		expect((await later({ date, timeZone: "Europe/Berlin", minutes: 10 })).instant).toBe("2026-10-25T01:40:00.000Z");
	});

	it.each([
		{},
		{ duration: "P" },
		{ duration: "PT" },
		{ duration: "1 day" },
		{ duration: "P1.5D" },
		{ duration: "P1DT" },
		{ years: 8_000 },
		{ years: 1_000_000_000, days: -1_000_000_000 },
		{ days: 1_000_000_000 },
		{ hours: -1_000_000_000 },
	])("refuses %o", async (fields) => {
		expect(await codeOf(addDate, { date: "2026-05-04", ...fields })).toBe("invalid_input");
	});

	it("comes back after exact time", async () => {
		await fc.assert(
			fc.asyncProperty(instant, zone, fc.integer({ min: -1e6, max: 1e6 }), async (date, timeZone, minutes) => {
				const there = await later({ date: date.toISOString(), timeZone, minutes });
				expect((await later({ date: there.instant, timeZone, minutes: -minutes })).instant).toBe(date.toISOString());
			}),
		);
	});
});

describe("date_difference", () => {
	it("is what has to be added", async () => {
		await fc.assert(
			fc.asyncProperty(instant, instant, zone, async (a, b, timeZone) => {
				const [from, to] = [a, b].map((date) => date.toISOString()).toSorted();
				const { duration } = (await call(dateDifference, { from, to, timeZone })) as { duration: string };
				expect((await later({ date: from, timeZone, duration })).instant).toBe(to);
			}),
			{ numRuns: 300 },
		);
	});

	it("is the same in both directions, but for the sign", async () => {
		await fc.assert(
			fc.asyncProperty(instant, instant, async (a, b) => {
				const [from, to] = [a.toISOString(), b.toISOString()];
				const there = (await call(dateDifference, { from, to })) as Record<string, number>;
				const back = (await call(dateDifference, { from: to, to: from })) as Record<string, number>;
				for (const field of ["years", "months", "days", "hours", "minutes", "seconds", "totalSeconds"]) {
					expect(there[field]! + back[field]!, field).toBe(0);
				}
			}),
		);
	});

	it.each([
		["2026-01-31", "2026-02-27", "P27D"],
		["2026-01-31", "2026-02-28", "P1M"],
		["2026-02-28", "2026-03-31", "P1M3D"],
		["2026-05-04", "2026-05-04", "PT0S"],
		["2026-05-04T00:00:00.250Z", "2026-05-04T00:00:01Z", "PT0.75S"],
	])("%s to %s is %s", async (from, to, duration) => {
		expect(await call(dateDifference, { from, to })).toMatchObject({ duration });
	});

	it("refuses what is no date", async () => {
		expect(await codeOf(dateDifference, { from: "2026-05-04", to: "later" })).toBe("invalid_input");
	});
});
