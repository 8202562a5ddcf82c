import { expect, test, vi } from "vitest";
import { startCrons } from "./local-cron.ts";

test("a trigger is called each time it is due, also after a call that failed, and not after the stop", async () => {
	vi.useFakeTimers({ now: new Date(2026, 0, 1, 12, 5) });
	vi.spyOn(console, "error").mockImplementation(() => {});
	const run = vi.fn().mockRejectedValueOnce(new Error("no")).mockResolvedValue(undefined);
	const stop = startCrons([{ worker: "observability", cron: "*/10 * * * *" }], run);
	await vi.advanceTimersByTimeAsync(4 * 60_000);
	expect(run).not.toHaveBeenCalled();
	await vi.advanceTimersByTimeAsync(11 * 60_000);
	expect(run.mock.calls.map(([, at]) => at.getMinutes())).toEqual([10, 20]);
	stop();
	await vi.advanceTimersByTimeAsync(60 * 60_000);
	expect(run).toHaveBeenCalledTimes(2);
	vi.useRealTimers();
});
