import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cronFault, dueTimes, isTimeZone, nextTime } from "./cron-times.ts";

const at = (text: string) => Date.parse(text);
const iso = (times: number[]) => times.map((time) => new Date(time).toISOString());
const minutely = { cron: "* * * * *", timeZone: "UTC" };
const minute = 60_000;

describe("what is no schedule", () => {
	test.each([
		["*/5 * * * * *", "five fields"],
		["* * * *", "five fields"],
		["2030-01-01T00:00:00", "five fields"],
		["61 * * * *", "Invalid value for minute"],
		["@reboot", "not supported"],
		["0 0 30 2 *", "never comes"],
	])("%s", (cron, fault) => {
		expect(cronFault({ cron, timeZone: "UTC" })).toContain(fault);
	});

	test.each(["* * * * *", "@daily", "0 9 * * MON-FRI", "0 0 29 2 *", "*/15 8-18 1,15 * *"])("but %s is", (cron) => {
		expect(cronFault({ cron, timeZone: "UTC" })).toBeUndefined();
	});

	test("names of time zones", () => {
		expect(["UTC", "Europe/Berlin", "America/New_York"].every(isTimeZone)).toBe(true);
		expect(["", "+01:00", "Mars/Phobos", "Europe/"].some(isTimeZone)).toBe(false);
	});
});

test("times are of the time zone, and a time of day that clocks skip or repeat comes once", () => {
	const schedule = { cron: "30 2 * * *", timeZone: "Europe/Berlin", missed: "all" as const };
	expect(nextTime(schedule, at("2026-01-10T12:00:00Z"))).toBe(at("2026-01-11T01:30:00Z"));
	expect(iso(dueTimes(schedule, at("2026-03-28T12:00:00Z"), at("2026-03-30T12:00:00Z")))).toEqual([
		"2026-03-29T01:00:00.000Z",
		"2026-03-30T00:30:00.000Z",
	]);
	expect(iso(dueTimes(schedule, at("2026-10-24T12:00:00Z"), at("2026-10-26T12:00:00Z")))).toEqual([
		"2026-10-25T00:30:00.000Z",
		"2026-10-26T01:30:00.000Z",
	]);
});

describe("due times", () => {
	const now = at("2026-05-01T12:00:30Z");
	const since = now - 5 * minute;

	test("what is on time begins, whatever the policy", () => {
		for (const missed of ["skip", "once", "all"] as const) {
			expect(iso(dueTimes({ ...minutely, missed }, now - minute, now))).toEqual(["2026-05-01T12:00:00.000Z"]);
		}
	});

	test("what was missed begins as the policy says", () => {
		expect(iso(dueTimes({ ...minutely, missed: "skip" }, since, now))).toEqual(["2026-05-01T12:00:00.000Z"]);
		expect(iso(dueTimes({ ...minutely, missed: "once" }, since, now))).toEqual([
			"2026-05-01T11:59:00.000Z",
			"2026-05-01T12:00:00.000Z",
		]);
		expect(dueTimes({ ...minutely, missed: "all" }, since, now)).toHaveLength(5);
	});

	test("of very many the newest hundred", () => {
		const times = dueTimes({ ...minutely, missed: "all" }, now - 365 * 86_400_000, now);
		expect(times).toHaveLength(101);
		expect(iso(times.slice(-2))).toEqual(["2026-05-01T11:59:00.000Z", "2026-05-01T12:00:00.000Z"]);
	});

	test("however often it is looked, each time comes once", () => {
		const looks = fc.array(fc.integer({ min: 1, max: 59_000 }), { minLength: 1, maxLength: 60 });
		fc.assert(
			fc.property(looks, (waits) => {
				const times: number[] = [];
				let last = since;
				for (const wait of waits) {
					times.push(...dueTimes({ ...minutely, missed: "skip" }, last, last + wait));
					last += wait;
				}
				expect(times).toEqual(dueTimes({ ...minutely, missed: "all" }, since, last));
			}),
			{ numRuns: 50 },
		);
	});
});
