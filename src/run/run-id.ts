/** A run's id names its home: the object that holds its log, so that no lookup stands between an id and its run. */
import { AppError } from "#core/errors";
import { newToken, tokenPattern } from "#core/ids";

const runIdPattern = new RegExp(`^run_([0-9A-Za-z]{1,64})-${tokenPattern}$`);

/** `home`: the name of a Durable Object, letters and digits only. */
export function newRunId(home: string): string {
	return `run_${home}-${newToken()}`;
}

/** The name of the Durable Object that holds the run; throws `not_found` for what is no run id. */
export function homeOf(runId: string): string {
	const home = runIdPattern.exec(runId)?.[1];
	if (!home) throw new AppError("not_found", "There is no such execution.");
	return home;
}
