/** The times of a schedule, in Unix milliseconds. */
import { Cron } from "croner";

export interface CronSchedule {
	cron: string;
	/** IANA. */
	timeZone: string;
}

/** A time that is later than this was missed. */
const missedAfterMs = 60_000;
/** Of missed times, each of which is to have its execution. */
const mostMissed = 100;

/** What is wrong with the schedule, or undefined. */
export function cronFault(schedule: CronSchedule): string | undefined {
	// The library also reads a single time.
	if (!/^@\w+$|^\S+(?:\s+\S+){4}$/.test(schedule.cron)) return "five fields, or a name such as `@daily`";
	try {
		return nextTime(schedule, Date.now()) === undefined ? "such a time never comes" : undefined;
	} catch (error) {
		return (error as Error).message.replace(/^Cron\w+: /, "");
	}
}

export function isTimeZone(name: string): boolean {
	try {
		// An offset is none: it knows nothing of how clocks change.
		return /^[A-Za-z]/.test(name) && Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
	} catch {
		return false;
	}
}

/** The first after `after`. */
export function nextTime(schedule: CronSchedule, after: number): number | undefined {
	return cronOf(schedule).nextRun(new Date(after))?.getTime();
}

/**
 * Those after `since` and until `now` for which an execution begins, oldest first: whatever is due, and of what was
 * missed what the schedule wants.
 */
export function dueTimes(
	schedule: CronSchedule & { missed: "skip" | "once" | "all" },
	since: number,
	now: number,
): number[] {
	const times = timesBetween(cronOf(schedule), since, now);
	const missed = times.filter((time) => now - time > missedAfterMs);
	const kept = { skip: 0, once: 1, all: mostMissed }[schedule.missed];
	return [...missed.slice(Math.max(missed.length - kept, 0)), ...times.slice(missed.length)];
}

/** The newest of them, where there are very many. */
function timesBetween(cron: Cron, since: number, now: number): number[] {
	const most = mostMissed + 2;
	const times: number[] = [];
	for (let next = cron.nextRun(new Date(since)); next && next.getTime() <= now; next = cron.nextRun(next)) {
		times.push(next.getTime());
		if (times.length > most)
			return cron
				.previousRuns(most, new Date(now + 1))
				.map((time) => time.getTime())
				.toReversed();
	}
	return times;
}

function cronOf({ cron, timeZone }: CronSchedule): Cron {
	return new Cron(cron, { mode: "5-part", timezone: timeZone, paused: true });
}
