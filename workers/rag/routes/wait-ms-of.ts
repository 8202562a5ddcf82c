/** How long whoever adds documents waits for them to be processed: as `Prefer: wait=N` says, else not at all. */
import { parsePrefer } from "#http/prefer";
import { maxWaitMs } from "#run/max-wait";

export function waitMsOf(prefer: string | undefined): number {
	return Math.min(parsePrefer(prefer).waitMs ?? 0, maxWaitMs);
}
