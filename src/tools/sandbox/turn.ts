/**
 * Whose turn it is to compute on the Worker's one thread: one script's at a time, and after one that took long nobody's,
 * so that other requests go on. However many scripts want to compute, a request waits for one of them, not for all.
 */

/** Milliseconds; shorter than this nobody notices. */
const longMs = 50;
const longestPauseMs = 100;

let takenUntil = 0;

/** Waits for a turn; false when `deadline` comes first. */
export async function takeTurn(deadline: number): Promise<boolean> {
	for (;;) {
		const until = takenUntil;
		const left = until - Date.now();
		if (left <= 0) break;
		const patience = deadline - Date.now();
		if (patience <= 0) return false;
		await new Promise((resolve) => setTimeout(resolve, Math.min(left, patience)));
		// The timer has counted it, even where the clock stands still.
		if (left <= patience && takenUntil === until) break;
	}
	// A request that is over before it gives its turn back never does.
	takenUntil = Date.now() + longestPauseMs;
	return true;
}

/** To be told how long the script has computed, in milliseconds. */
export function endTurn(ms: number): void {
	takenUntil = ms < longMs ? 0 : Date.now() + Math.min(ms, longestPauseMs);
}
