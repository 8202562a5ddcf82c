import { afterEach, expect, test, vi } from "vitest";
import { Nap } from "./nap.ts";

afterEach(() => vi.useRealTimers());

/** Milliseconds until it ends. */
async function length(nap: Promise<void>): Promise<number> {
	const begun = Date.now();
	const over = nap.then(() => Date.now() - begun);
	await vi.advanceTimersByTimeAsync(60_000);
	return await over;
}

test("it ends when it is due, or when something happens", async () => {
	vi.useFakeTimers();
	const nap = new Nap();
	expect(await length(nap.until(Date.now() + 5_000))).toBe(5_000);
	const woken = nap.until(Infinity);
	nap.wake();
	expect(await length(woken)).toBe(0);
	expect(vi.getTimerCount()).toBe(1);
	nap.end();
	expect(vi.getTimerCount()).toBe(0);
	expect(await length(nap.until(Date.now() + 2_000))).toBe(2_000);
});

test("what becomes due sooner is not missed because of a later timer", async () => {
	vi.useFakeTimers();
	const nap = new Nap();
	const first = nap.until(Date.now() + 60_000);
	nap.wake();
	await first;
	expect(await length(nap.until(Date.now() + 3_000))).toBe(3_000);
	expect(vi.getTimerCount()).toBe(0);
});
