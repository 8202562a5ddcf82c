import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Lease, type LeaseStore, SlidingWindow } from "./sliding-window.ts";

const windowMs = 1_000;

function memory(limit: number): LeaseStore & { leases: Lease[] } {
	const leases: Lease[] = [];
	const permitted = (from: Lease[]) => from.reduce((sum, { count }) => sum + count, 0);
	return {
		leases,
		load: () => leases,
		append(lease) {
			leases.push(lease);
			while (permitted(leases.slice(1)) >= limit) leases.shift();
		},
	};
}

type Event = { kind: "take" } | { kind: "wait"; ms: number } | { kind: "restart" };

const events = fc.array(
	fc.oneof(
		{ weight: 8, arbitrary: fc.record({ kind: fc.constant("take" as const) }) },
		{ weight: 3, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 700 }) }) },
		{ weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
	),
	{ maxLength: 300 },
);

/** The times at which the window admitted something. */
function play(limit: number, history: Event[], onTake?: (admitted: boolean, now: number) => void): number[] {
	const store = memory(limit);
	const admitted: number[] = [];
	let now = 1_000_000;
	let window = new SlidingWindow(limit, windowMs, store, now);
	for (const event of history) {
		if (event.kind === "wait") now += event.ms;
		else if (event.kind === "restart") window = new SlidingWindow(limit, windowMs, store, now);
		else {
			const { admitted: passes } = window.take(now);
			onTake?.(passes, now);
			if (passes) admitted.push(now);
		}
	}
	return admitted;
}

describe("safety: rate limits", () => {
	test("at most `limit` in any rolling window, through any number of restarts", () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 70 }), events, (limit, history) => {
				const admitted = play(limit, history);
				for (const [index, time] of admitted.entries()) {
					const beyond = admitted[index + limit];
					if (beyond !== undefined) expect(beyond - time).toBeGreaterThan(windowMs);
				}
			}),
			{ numRuns: 500 },
		);
	});

	test("without restarts it admits exactly what a list of all times would", () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 40 }), events, (limit, history) => {
				const all: number[] = [];
				play(
					limit,
					history.filter(({ kind }) => kind !== "restart"),
					(passes, now) => {
						expect(passes).toBe(all.filter((time) => now - time <= windowMs).length < limit);
						if (passes) all.push(now);
					},
				);
			}),
		);
	});

	test("a restart loses no more than was admitted since the one before", () => {
		const store = memory(160);
		const before = new SlidingWindow(160, windowMs, store, 0);
		for (let i = 0; i < 5; i++) before.take(i);
		const after = new SlidingWindow(160, windowMs, store, 10);
		let admitted = 0;
		while (after.take(20).admitted) admitted++;
		expect(admitted).toBe(160 - (1 + 2 + 4));
	});

	test("many restarts in one window do not use it up", () => {
		const store = memory(600);
		let admitted = 0;
		for (let restart = 0; restart < 50; restart++) {
			const window = new SlidingWindow(600, windowMs, store, restart);
			for (let i = 0; i < 4; i++) if (window.take(restart).admitted) admitted++;
		}
		expect(admitted).toBe(200);
	});

	test("leases grow, so that a busy window writes few of them", () => {
		const store = memory(1_600);
		const window = new SlidingWindow(1_600, windowMs, store, 0);
		for (let i = 0; i < 16_000; i++) window.take(i);
		expect(store.leases.length).toBeLessThan(20);
		expect(store.leases.at(-1)?.count).toBe(100);
	});

	test("a clock set back by a year neither reopens the window nor keeps it shut", () => {
		const year = 365 * 86_400_000;
		const window = new SlidingWindow(2, windowMs, memory(2), year);
		expect([window.take(year).admitted, window.take(year).admitted]).toEqual([true, true]);
		expect(window.take(5).admitted).toBe(false);
		expect(window.take(5 + windowMs + 1).admitted).toBe(true);
	});

	test("says what is left and when the next one passes", () => {
		const window = new SlidingWindow(2, windowMs, memory(2), 0);
		expect(window.take(0)).toEqual({ admitted: true, limit: 2, remaining: 1, resetMs: 1_001 });
		expect(window.take(400)).toEqual({ admitted: true, limit: 2, remaining: 0, resetMs: 601 });
		expect(window.take(500)).toEqual({ admitted: false, limit: 2, remaining: 0, resetMs: 501 });
		expect(window.take(1_001).admitted).toBe(true);
	});
});
