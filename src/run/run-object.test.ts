import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { asAppError } from "#core/errors";
import { refusalOf } from "#core/refusal-of.fixture";
import { ada, bob, isGapless, newRunHome } from "../../test/support/run-home.ts";
import type { TestRuns } from "../../test/support/run-worker.ts";

afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

async function row(runId: string) {
	return await env.DB.prepare("SELECT status, revision FROM run_rows WHERE id = ?").bind(runId).first();
}

test("a run does its steps once each and ends", async () => {
	const home = newRunHome();
	const runId = await home.start([{ effect: "a" }, { say: ["b"] }, { effect: "c" }]);
	const { status, events } = await home.finish(runId);
	expect(status).toBe("completed");
	expect(isGapless(events)).toBe(true);
	expect(events.map(({ type }) => type)).toEqual([
		...["run.queued", "run.started", "step.completed", "text.delta", "text.completed"],
		...["step.completed", "step.completed", "run.completed"],
	]);
	expect(await home.stub.effects()).toEqual(["a", "c"]);
});

test("starting a run twice changes nothing", async () => {
	const home = newRunHome();
	const runId = await home.start([{ effect: "a" }]);
	await home.finish(runId);
	await home.stub.start(ada, runId, { steps: [{ effect: "b" }] });
	expect(await home.stub.effects()).toEqual(["a"]);
});

test("an object that is made ready works as any other, and forgets itself where no run comes", async () => {
	const [used, unused] = [newRunHome(), newRunHome()];
	await Promise.all([used.stub.prepare(), unused.stub.prepare()]);
	const runId = await used.start([{ effect: "a" }]);
	await used.finish(runId);
	for (const { stub } of [used, unused]) await runDurableObjectAlarm(stub);
	expect((await used.stub.find(ada, runId)).status).toBe("completed");
	const tables = await runInDurableObject(unused.stub, (_, { storage }) =>
		storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'runs'").toArray(),
	);
	expect(tables).toEqual([]);
	const late = await unused.start([{ say: ["b"] }]);
	expect((await unused.finish(late)).status).toBe("completed");
});

test("what fails unexpectedly fails the run, with an error that tells nothing of the inside", async () => {
	vi.spyOn(console, "error").mockImplementation(() => {});
	const home = newRunHome();
	const runId = await home.start([{ fail: "SELECT secret FROM users" }]);
	const { status, events } = await home.finish(runId);
	expect(status).toBe("failed");
	expect(events.at(-1)).toMatchObject({ type: "run.failed", data: { code: "internal_error" } });
	const { error } = await home.stub.find(ada, runId);
	expect(JSON.stringify([events, error])).not.toContain("secret");
});

test("after a crash the run goes on by itself: what is done is not done again, half a text is discarded", async () => {
	const home = newRunHome();
	const runId = await home.start([{ effect: "a" }, { say: ["half a ", "hold:x", "text"] }, { effect: "b" }]);
	const before = await home.reach(runId, "text.delta");
	await abortAllDurableObjects();
	await runDurableObjectAlarm(home.stub);
	await home.reach(runId, "text.discarded");
	await home.stub.release("x");
	const { status, events } = await home.finish(runId);
	expect(status).toBe("completed");
	expect(isGapless(events)).toBe(true);
	expect(events.slice(before.seq - 1).map(({ type, data }) => [type, data.text])).toEqual([
		["text.delta", "half a "],
		["text.discarded", "half a "],
		["text.delta", "half a "],
		["text.delta", "text"],
		["text.completed", "half a text"],
		["step.completed", undefined],
		["step.completed", undefined],
		["run.completed", undefined],
	]);
	expect(await home.stub.effects()).toEqual(["a", "b"]);
});

test("every crash has an alarm behind it: nobody has to ask for the run", async () => {
	const home = newRunHome();
	const runId = await home.start([{ hold: "x" }]);
	await home.reach(runId, "run.started");
	for (let i = 0; i < 3; i++) {
		await abortAllDurableObjects();
		expect(await runDurableObjectAlarm(home.stub)).toBe(true);
	}
	await home.stub.release("x");
	expect((await home.finish(runId)).status).toBe("completed");
});

test("any request wakes a run that a crash interrupted", async () => {
	const home = newRunHome();
	const runId = await home.start([{ hold: "x" }]);
	await home.reach(runId, "run.started");
	await abortAllDurableObjects();
	await home.stub.release("x");
	expect((await home.finish(runId)).status).toBe("completed");
});

test("a stream and a socket that a crash cut off are resumed without gap or repeat", async () => {
	const home = newRunHome();
	const runId = await home.start([{ say: ["one", "hold:x", "two"] }, { effect: "a" }]);
	const first = await home.socket(runId);
	const { seq } = await first.seen("text.delta");
	await abortAllDurableObjects();
	const second = await home.socket(runId, seq);
	await home.stub.release("x");
	await second.closed;
	const { events } = await home.finish(runId);
	const frames = [...first.frames, ...second.frames];
	expect(frames.map(({ seq, type, data }) => [seq, type, data])).toEqual(
		events.map(({ seq, type, data }) => [seq, type, data]),
	);
});

test("a run that keeps crashing in the same step is given up", async () => {
	vi.spyOn(console, "error").mockImplementation(() => {});
	const home = newRunHome();
	const runId = await home.start([{ hold: "x" }]);
	await home.reach(runId, "run.started");
	await runInDurableObject(home.stub, (_, { storage }) => {
		storage.sql.exec("UPDATE runs SET attempts = 1000");
	});
	await abortAllDurableObjects();
	const { status, events } = await home.finish(runId);
	expect(status).toBe("failed");
	expect(events.at(-1)!.data).toMatchObject({ code: "internal_error" });
});

test("cancel ends a running run at once, and a queued one before it began", async () => {
	const home = newRunHome();
	const running = await home.start([{ say: ["half", "hold:x"] }, { effect: "never" }], { lane: "one" });
	const queued = await home.start([{ effect: "never" }], { lane: "one" });
	await home.reach(running, "text.delta");
	expect(await home.stub.find(ada, queued)).toMatchObject({ status: "queued" });
	expect(await home.stub.cancel(ada, queued)).toMatchObject({ status: "cancelled" });
	expect(await home.stub.cancel(ada, running)).toMatchObject({ status: "cancelled" });
	await home.stub.release("x");
	expect((await home.finish(running)).events.slice(-2).map(({ type }) => type)).toEqual([
		"text.discarded",
		"run.cancelled",
	]);
	expect((await home.finish(queued)).events.map(({ type }) => type)).toEqual(["run.queued", "run.cancelled"]);
	expect(await home.stub.effects()).toEqual([]);
});

test("cancel ends a run that waits for an answer, and changes nothing in one that has ended", async () => {
	const home = newRunHome();
	const waiting = await home.start([{ ask: "name" }]);
	expect((await home.finish(waiting)).status).toBe("input_required");
	expect(await home.stub.cancel(ada, waiting)).toMatchObject({ status: "cancelled" });
	const done = await home.start([{ effect: "a" }]);
	const { events } = await home.finish(done);
	expect(await home.stub.cancel(ada, done)).toMatchObject({ status: "completed" });
	expect((await home.finish(done)).events).toEqual(events);
});

test("the next run of a lane begins when the one before it ends, however it ends", async () => {
	const home = newRunHome();
	const first = await home.start([{ hold: "x" }], { lane: "one" });
	const second = await home.start([{ effect: "second" }], { lane: "one" });
	await home.reach(first, "run.started");
	await home.stub.cancel(ada, first);
	expect((await home.finish(second)).status).toBe("completed");
	const third = await home.start([{ hold: "y" }], { lane: "one" });
	const fourth = await home.start([{ effect: "fourth" }], { lane: "one" });
	await home.stub.release("y");
	expect((await home.finish(fourth)).status).toBe("completed");
	expect((await home.finish(third)).status).toBe("completed");
	expect(await home.stub.effects()).toEqual(["second", "fourth"]);
});

test("a run that takes longer than its limit is stopped, by its timer", async () => {
	const home = newRunHome();
	const runId = await home.start([{ say: ["half", "hold:x"] }], { deadlineAt: Date.now() + 50 });
	const { status, events } = await home.finish(runId);
	expect(status).toBe("failed");
	expect(events.slice(-2)).toMatchObject([
		{ type: "text.discarded" },
		{ type: "run.failed", data: { code: "limit_exceeded" } },
	]);
});

test("the limit holds across a crash", async () => {
	const home = newRunHome();
	const runId = await home.start([{ hold: "x" }], { deadlineAt: Date.now() + 60_000 });
	await home.reach(runId, "run.started");
	await home.stub.expire(runId);
	await abortAllDurableObjects();
	await runDurableObjectAlarm(home.stub);
	expect((await home.finish(runId)).events.at(-1)).toMatchObject({ data: { code: "limit_exceeded" } });
});

test("waiting for a run ends when it does, or when the time is over", async () => {
	const home = newRunHome();
	const runId = await home.start([{ hold: "x" }]);
	expect(await home.stub.settled(ada, runId, 0)).toMatchObject({ status: "running" });
	expect(await home.stub.settled(ada, runId, 5)).toMatchObject({ status: "running" });
	const settled = Array.from({ length: 20 }, async () => (await home.finish(runId)).status);
	await home.stub.release("x");
	expect(new Set(await Promise.all(settled))).toEqual(new Set(["completed"]));
});

test("another person's run does not exist", async () => {
	const home = newRunHome();
	const runId = await home.start([{ hold: "x" }]);
	for (const call of [home.stub.find(bob, runId), home.stub.settled(bob, runId, 0), home.stub.cancel(bob, runId)]) {
		expect(await refusalOf(call)).toMatchObject({ code: "not_found" });
	}
	expect(await home.stub.find({ ...bob, role: "admin" }, runId)).toMatchObject({ id: runId, status: "running" });
});

test("a refusal keeps its code, its message and its details on the way out of an object", async () => {
	const details = { fields: [{ pointer: "/name", detail: "too long" }], retryAfter: 2.5 };
	const thrown = asAppError(await refusalOf(newRunHome().stub.fail(details)));
	expect(thrown).toMatchObject({ code: "invalid_input", message: "It does not fit.", details });
});

test("a run's listing row follows it to its end", async () => {
	const home = newRunHome();
	const runId = await home.start([{ effect: "a" }]);
	await home.finish(runId);
	await vi.waitFor(async () => expect(await row(runId)).toMatchObject({ status: "completed" }));
	expect(await home.stub.find(ada, runId)).toMatchObject({ revision: (await row(runId))!.revision });
});

test("a run that goes on for long is listed while it runs", async () => {
	const home = newRunHome();
	const runId = await home.start([{ hold: "x" }]);
	await vi.waitFor(async () => expect(await row(runId)).toMatchObject({ status: "running" }), { timeout: 5_000 });
});

test("while the database is down nothing is lost; once it is back, all is listed", async () => {
	const logged = vi.spyOn(console, "error").mockImplementation(() => {});
	const home = newRunHome();
	await setFailing(true);
	const runs = await Promise.all([1, 2, 3].map(() => home.start([{ effect: "a" }])));
	for (const runId of runs) expect((await home.finish(runId)).status).toBe("completed");
	await vi.waitFor(() => expect(logged).toHaveBeenCalledWith("projection waits", expect.anything()));
	expect(await runDurableObjectAlarm(home.stub)).toBe(true);
	expect(await Promise.all(runs.map(row))).toEqual([null, null, null]);
	await abortAllDurableObjects();
	await setFailing(true);
	expect(await runDurableObjectAlarm(home.stub)).toBe(true);
	await setFailing(false);
	expect(await runDurableObjectAlarm(home.stub)).toBe(true);
	expect(await Promise.all(runs.map(row))).toMatchObject([1, 2, 3].map(() => ({ status: "completed" })));

	async function setFailing(fails: boolean) {
		await runInDurableObject(home.stub, (runs: TestRuns) => {
			runs.projectionFails = fails;
		});
	}
});

test("a state that changes while it is being listed is listed again", async () => {
	const home = newRunHome();
	const runId = await home.start([{ ask: "name" }, { effect: "a" }]);
	await runInDurableObject(home.stub, (runs: TestRuns) => {
		runs.whileProjecting = async () => {
			runs.whileProjecting = undefined;
			await runs.answer(runId, "Ada");
			await runs.settled(ada, runId, 10_000);
		};
	});
	await home.finish(runId);
	await vi.waitFor(async () => expect(await row(runId)).toMatchObject({ status: "completed" }));
});

test("an alarm never throws, whatever fails in it, and comes again", async () => {
	vi.spyOn(console, "error").mockImplementation(() => {});
	const home = newRunHome();
	const runId = await home.start([{ hold: "x" }]);
	await home.reach(runId, "run.started");
	await runInDurableObject(home.stub, async (runs: TestRuns, { storage }) => {
		storage.sql.exec("ALTER TABLE runs RENAME TO hidden");
		await storage.deleteAlarm();
		await expect(runs.alarm()).resolves.toBeUndefined();
		storage.sql.exec("ALTER TABLE hidden RENAME TO runs");
		expect(await storage.getAlarm()).toBeGreaterThan(Date.now());
	});
	expect(await runDurableObjectAlarm(home.stub)).toBe(true);
	await home.stub.release("x");
	expect((await home.finish(runId)).status).toBe("completed");
});

test("the alarm drops what is past retention, and what is not stays", async () => {
	const home = newRunHome();
	const runId = await home.start([{ effect: "a" }]);
	await home.finish(runId);
	await runDurableObjectAlarm(home.stub);
	expect(await home.stub.events(runId)).not.toEqual([]);
	vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31 * 86_400_000 });
	expect(await runDurableObjectAlarm(home.stub)).toBe(true);
	expect(await home.stub.events(runId)).toEqual([]);
	expect(await home.stub.find(ada, runId)).toMatchObject({ status: "completed", result: { steps: 1 } });
});

test("an object that has nothing to do lets itself be evicted, and remembers", async () => {
	const home = newRunHome();
	const runId = await home.start([{ effect: "a" }]);
	const { events } = await home.finish(runId);
	await evictDurableObject(home.stub);
	expect((await home.finish(runId)).events).toEqual(events);
});
