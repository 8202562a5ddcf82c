/** Cron triggers on this machine: Miniflare has none, so we call the handlers when they are due. */
import { parseCronExpression } from "cron-schedule";
import type { MiniflareOptions } from "miniflare";
import type { WorkerConfig } from "./workers.ts";

export interface CronTrigger {
	worker: string;
	cron: string;
}

/** The triggers of the Workers' wrangler.toml files, under the names by which the runtime knows them. */
export function cronTriggers(workers: WorkerConfig[], options: Pick<MiniflareOptions, "workers">): CronTrigger[] {
	return workers.flatMap(({ config }, i) => {
		const worker = options.workers[i]?.config.name;
		return worker === undefined ? [] : (config.triggers.crons ?? []).map((cron) => ({ worker, cron }));
	});
}

/** Calls `run` whenever a trigger is due, in the time zone of this machine; the result stops it. */
export function startCrons(
	triggers: CronTrigger[],
	run: (trigger: CronTrigger, at: Date) => Promise<void>,
): () => void {
	const stops = triggers.map((trigger) => startCron(trigger, run));
	return () => {
		for (const stop of stops) stop();
	};
}

function startCron(trigger: CronTrigger, run: (trigger: CronTrigger, at: Date) => Promise<void>): () => void {
	const schedule = parseCronExpression(trigger.cron);
	let timer = next();
	function next(): NodeJS.Timeout {
		const at = schedule.getNextDate();
		return setTimeout(() => {
			timer = next();
			run(trigger, at).catch((error: unknown) => console.error(`cron ${trigger.worker} "${trigger.cron}"`, error));
		}, at.getTime() - Date.now()).unref();
	}
	return () => clearTimeout(timer);
}
