import { runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { ada, isGapless, newRunHome } from "../../test/support/run-home.ts";
import { DeltaGatherer } from "./delta-gatherer.ts";
import type { RunEvent } from "./run.ts";
import { newRunId } from "./run-id.ts";
import { RunLog } from "./run-log.ts";
import { untrimmed } from "./tables.ts";

afterEach(() => vi.useRealTimers());

/** A log with one running run, in the storage of a fresh object. */
async function withLog(
	use: (log: RunLog, runId: string, storage: DurableObjectStorage) => void | Promise<void>,
): Promise<void> {
	await runInDurableObject(newRunHome().stub, async (_, { storage }) => {
		const log = new RunLog(storage);
		const id = newRunId("home");
		log.insert({ id, caller: ada, status: "running", input: {} });
		await use(log, id, storage);
	});
}

function numbered(from: number, to: number): string[] {
	return Array.from({ length: to - from + 1 }, (_, i) => `event.${from + i}`);
}

test("events are numbered 1, 2, 3 … and are read from any place, in batches of any size", async () => {
	await withLog((log, id) => {
		expect(log.append(id, [{ type: "event.1" }, { type: "event.2" }])).toBe(2);
		for (let n = 3; n <= 30; n++) expect(log.append(id, [{ type: `event.${n}` }])).toBe(n);
		expect(log.head(id)).toEqual({ status: "running", lastSeq: 30, trimmedSeq: 0 });
		expect(isGapless(log.read(id, 0))).toBe(true);
		for (let after = 0; after <= 31; after++) {
			expect(log.read(id, after).map(({ type }) => type)).toEqual(numbered(after + 1, 30));
			expect(log.read(id, after, 7).map(({ type }) => type)).toEqual(numbered(after + 1, Math.min(after + 7, 30)));
		}
	});
});

test("state, events and what is written beside them change together or not at all", async () => {
	await withLog((log, id, { sql }) => {
		const attempt = () =>
			log.transaction(() => {
				sql.exec("INSERT INTO effects VALUES ('kept')");
				log.append(id, [{ type: "run.completed" }], { status: "completed", result: 1 });
				throw new Error("too late");
			});
		expect(attempt).toThrow("too late");
		expect(log.get(id)).toMatchObject({ status: "running", lastSeq: 0, revision: 1 });
		expect(log.read(id, 0)).toEqual([]);
		expect(sql.exec("SELECT * FROM effects").toArray()).toEqual([]);
	});
});

test("what is in memory is what is stored, also of runs that have ended and of the newest", async () => {
	await withLog((log, first, storage) => {
		const second = newRunId("home");
		log.append(first, [{ type: "a" }], { attempts: 2, deadlineAt: 5 });
		log.insert({ id: second, caller: ada, status: "queued", input: { at: new Date(0), nothing: undefined } });
		const ends = [
			() => log.append(first, [], { status: "failed", error: { code: "cancelled", message: "no" } }),
			() => log.append(second, [{ type: "b" }], { status: "completed", result: { at: new Date(0) } }),
			() => log.markProjected([log.get(first)]),
			() => log.markProjected([log.get(second)]),
		];
		for (const end of ends) {
			end();
			const stored = new RunLog(storage);
			for (const id of [first, second]) expect(log.get(id)).toEqual(stored.get(id));
			expect(log.latest()).toEqual(stored.latest());
			expect([log.open(), log.unprojected(9)]).toEqual([stored.open(), stored.unprojected(9)]);
		}
	});
});

test("where the log of a run ends is found in its events, whatever its row says", async () => {
	await withLog((log, id, storage) => {
		log.append(id, [{ type: "a" }, { type: "b" }]);
		log.append(id, [{ type: "c" }], { attempts: 1 });
		log.append(
			id,
			Array.from({ length: 9 }, () => ({ type: "d" })),
		);
		const again = new RunLog(storage);
		expect(again.get(id)).toEqual(log.get(id));
		expect(again.append(id, [{ type: "run.completed" }], { status: "completed" })).toBe(13);
		expect(isGapless(new RunLog(storage).read(id, 0))).toBe(true);
		expect(new RunLog(storage).get(id)).toMatchObject({ status: "completed", lastSeq: 13 });
	});
});

test("an object of an earlier version trades its index of ended runs for a smaller one", async () => {
	await withLog((_, id, storage) => {
		storage.sql.exec("DROP INDEX runs_ended");
		storage.sql.exec("CREATE INDEX runs_untrimmed ON runs (ended_at) WHERE trimmed_seq < last_seq");
		const again = new RunLog(storage);
		again.append(id, [{ type: "run.completed" }], { status: "completed" });
		expect(again.oldestEnd()).toBeGreaterThan(0);
		const indexes = storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('runs_ended', 'runs_untrimmed')");
		expect(indexes.toArray()).toEqual([{ name: "runs_ended" }]);
		const plan = storage.sql.exec("EXPLAIN QUERY PLAN SELECT min(ended_at) FROM runs WHERE " + untrimmed).toArray();
		expect(JSON.stringify(plan)).toContain("runs_ended");
	});
});

test("to look for what never was leaves nothing behind, and neither does what was undone", async () => {
	await runInDurableObject(newRunHome().stub, (_, { storage }) => {
		const log = new RunLog(storage, { tables: "CREATE TABLE IF NOT EXISTS beside (n INTEGER)" });
		const id = newRunId("home");
		const insert = () => log.insert({ id, caller: ada, status: "running", input: {} });
		const tables = () => storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('runs', 'beside')").toArray();
		expect([log.find(id), log.latest(), log.open(), log.read(id, 0)]).toEqual([undefined, undefined, [], []]);
		log.trim(Date.now());
		expect(log.oldestEnd()).toBeUndefined();
		expect(() =>
			log.transaction(() => {
				insert();
				throw new Error("undone");
			}),
		).toThrow("undone");
		expect([log.find(id), tables()]).toEqual([undefined, []]);
		insert();
		expect([log.find(id)?.id, tables().length]).toEqual([id, 2]);
	});
});

test("a run that has ended takes no further event", async () => {
	await withLog((log, id) => {
		log.append(id, [{ type: "run.failed" }], { status: "failed", error: { code: "internal_error", message: "no" } });
		expect(() => log.append(id, [{ type: "late" }])).toThrow(expect.objectContaining({ code: "cancelled" }));
		expect(log.get(id)).toMatchObject({ status: "failed", error: { code: "internal_error" }, lastSeq: 1 });
		expect(log.get(id).endedAt).toBeTypeOf("number");
	});
});

test("events and results come back as they were given, whatever characters are in them", async () => {
	await withLog((log, id) => {
		fc.assert(
			fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), (data) => {
				const seq = log.append(id, [{ type: "event", data }]);
				expect(log.read(id, seq - 1)[0]!.data).toEqual(JSON.parse(JSON.stringify(data)));
			}),
		);
	});
});

/** What happens while two texts are streamed side by side, with other events between their deltas. */
const action = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ push: fc.string({ unit: "grapheme", maxLength: 600 }), to: fc.nat(1) }) },
	{ weight: 2, arbitrary: fc.record({ wait: fc.integer({ min: 1, max: 90 }) }) },
	{ weight: 1, arbitrary: fc.record({ event: fc.constant("tool.started") }) },
	{ weight: 1, arbitrary: fc.record({ fold: fc.nat(1) }) },
);

test("a replay yields the same events after a text was folded as before, from every place, in every batch size", async () => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	await withLog((log, _, storage) => {
		fc.assert(
			fc.property(fc.array(action, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (actions, limit) => {
				const id = newRunId("home");
				log.insert({ id, caller: ada, status: "running", input: {} });
				const { signal } = new AbortController();
				const live: RunEvent[] = [];
				const follow = () => live.push(...log.read(id, live.length));
				const begin = (name: number) =>
					new DeltaGatherer(log, id, { type: `text${name}.delta`, data: { name } }, signal, follow);
				const texts = [begin(0), begin(1)];
				const fold = (name: number) => {
					const text = texts[name]!;
					const folds = text.fold(log.head(id).lastSeq);
					log.append(id, [{ type: `text${name}.completed`, data: { text: text.text }, folds }]);
					texts[name] = begin(name);
					follow();
				};
				for (const step of actions) {
					if ("push" in step) texts[step.to]!.push(step.push);
					else if ("wait" in step) vi.advanceTimersByTime(step.wait);
					else if ("fold" in step) fold(step.fold);
					else {
						log.append(id, [{ type: step.event }]);
						follow();
					}
				}
				fold(0);
				fold(1);

				expect(isGapless(live)).toBe(true);
				expect(live.length).toBe(log.head(id).lastSeq);
				const stored = new RunLog(storage);
				expect(stored.get(id)).toEqual(log.get(id));
				for (let after = 0; after <= live.length; after++) {
					expect(withoutTime(log.read(id, after))).toEqual(withoutTime(live.slice(after)));
					expect(stored.read(id, after)).toEqual(log.read(id, after));
				}
				const replayed: RunEvent[] = [];
				while (replayed.length < live.length) {
					const batch = log.read(id, replayed.length, limit);
					expect(batch.length).toBeGreaterThan(0);
					replayed.push(...batch);
				}
				expect(withoutTime(replayed)).toEqual(withoutTime(live));
				const deltas = storage.sql.exec(
					"SELECT seq FROM run_events WHERE type LIKE '%.delta' AND run = (SELECT position FROM runs WHERE id = ?)",
					id,
				);
				expect(deltas.toArray()).toEqual([]);
			}),
			{ numRuns: 60 },
		);
	});
});

/** A folded delta is as old as the event that folded it. */
function withoutTime(events: RunEvent[]) {
	return events.map(({ runId, seq, type, data }) => ({ runId, seq, type, data }));
}

test("text without an end is found again, as it was streamed", async () => {
	await withLog((log, id) => {
		const text = new DeltaGatherer(
			log,
			id,
			{ type: "text.delta", data: { messageId: "m" } },
			AbortSignal.any([]),
			() => {},
		);
		text.push("one ");
		text.push("two");
		text.flush();
		expect(log.unfolded(id, "text.delta")).toEqual({
			text: "one two",
			folds: {
				type: "text.delta",
				data: { messageId: "m" },
				spans: [
					[1, 4],
					[2, 7],
				],
			},
		});
		expect(log.unfolded(id, "other.delta")).toBeUndefined();
		log.append(id, [{ type: "text.completed", data: { text: text.text }, folds: text.fold(2) }]);
		expect(log.unfolded(id, "text.delta")).toBeUndefined();
	});
});

test("many texts at once are written no oftener than the isolate can bear, and none waits for long", async () => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
	await withLog((log, id) => {
		let written = 0;
		const texts = Array.from({ length: 16 }, (_, n) => {
			const event = { type: `text${n}.delta`, data: {} };
			return new DeltaGatherer(log, id, event, AbortSignal.any([]), () => written++);
		});
		for (let ms = 0; ms < 2_000; ms += 5) {
			for (const text of texts) text.push("x");
			vi.advanceTimersByTime(5);
		}
		expect(written).toBeLessThanOrEqual(16 + 2_000 / 20);
		const lastOf = (n: number) => log.unfolded(id, `text${n}.delta`)!.text.length;
		for (const n of texts.keys()) expect(lastOf(n)).toBeGreaterThan(200);
	});
});

test("nothing is written for a run that was aborted", async () => {
	await withLog((log, id) => {
		const abort = new AbortController();
		const text = new DeltaGatherer(log, id, { type: "text.delta", data: {} }, abort.signal, () => {});
		text.push("heard");
		text.push("unheard");
		abort.abort();
		text.flush();
		expect(log.head(id).lastSeq).toBe(1);
	});
});

test("retention drops the events of ended runs alone", async () => {
	await withLog((log, running) => {
		const ended = newRunId("home");
		log.insert({ id: ended, caller: ada, status: "running", input: {} });
		for (const id of [running, ended]) log.append(id, [{ type: "one" }, { type: "two" }]);
		log.append(ended, [{ type: "run.completed" }], { status: "completed", result: "kept" });
		expect(log.oldestEnd()).toBe(log.get(ended).endedAt);
		log.trim(Date.now() + 1);
		expect(log.read(ended, 0)).toEqual([]);
		expect(log.get(ended)).toMatchObject({ result: "kept", lastSeq: 3, trimmedSeq: 3 });
		expect(log.read(running, 0)).toHaveLength(2);
		expect(log.oldestEnd()).toBeUndefined();
	});
});

test("the events of all runs of an object come in the order of their runs, from any place", async () => {
	await withLog((log, first) => {
		const second = newRunId("home");
		log.append(first, [{ type: "a" }, { type: "b" }]);
		log.insert({ id: second, caller: ada, status: "running", input: {} });
		log.append(second, [{ type: "c" }, { type: "d" }]);
		const all = log.readAcross({ run: 0, seq: 0 });
		expect(all.map(({ event }) => event.type)).toEqual(["a", "b", "c", "d"]);
		all.forEach(({ position }, i) => expect(log.readAcross(position)).toEqual(all.slice(i + 1)));

		log.append(first, [{ type: "run.completed" }], { status: "completed" });
		log.trim(Date.now() + 1);
		const left = log.readAcross({ run: 0, seq: 1 });
		expect(left.map(({ event }) => event.type)).toEqual(["run.resync", "c", "d"]);
		expect(log.readAcross(left[0]!.position).map(({ event }) => event.type)).toEqual(["c", "d"]);
	});
});
