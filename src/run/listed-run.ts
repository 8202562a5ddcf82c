/** What every listing of runs shows of them: the columns that they share, and how the API tells them. */
import { isoTime } from "#core/clock";
import { parseTraceparent } from "#core/trace-context";
import type { Run, RunError, RunStatus } from "./run.ts";

interface ListedRun {
	id: string;
	ownerId: string;
	status: RunStatus;
	error: RunError | null;
	traceId: string;
	/** ISO 8601, as `endTime`. */
	startTime: string;
	endTime: string | null;
	/** Milliseconds. */
	duration: number | null;
	/** An older one never overwrites a newer. */
	revision: number;
}

export function listedRun({ id, caller, status, error, startedAt, endedAt, revision }: Run): ListedRun {
	return {
		...{ id, ownerId: caller.userId, status, error: error ?? null, revision },
		traceId: traceIdOf(caller),
		startTime: isoTime(startedAt),
		endTime: endedAt === undefined ? null : isoTime(endedAt),
		duration: endedAt === undefined ? null : endedAt - startedAt,
	};
}

/** As a listing has it, in a column of JSON. */
interface Ended extends Pick<ListedRun, "endTime" | "duration"> {
	error: { code: string; message: string } | null;
}

/** What a run has only when it has ended. */
export function endOf({ error, endTime, duration }: Ended) {
	return {
		...(error && { error }),
		...(endTime !== null && { endTime }),
		...(duration !== null && { duration }),
	};
}

export function traceIdOf({ traceparent }: Pick<Run["caller"], "traceparent">): string {
	return parseTraceparent(traceparent)?.traceId ?? "";
}
