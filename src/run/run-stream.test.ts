import { runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { refusalOf } from "#core/refusal-of.fixture";
import { ada, bob, isGapless, newRunHome, type RunHome } from "../../test/support/run-home.ts";
import { allEvents, sseEvents } from "../../test/support/sse-events.ts";
import { newRunId } from "./run-id.ts";
import { RunFeed } from "./run-feed.ts";
import { RunLog } from "./run-log.ts";
import { streamRun } from "./run-stream.ts";

afterEach(() => vi.useRealTimers());

const story = [{ say: ["Once", " upon", "hold:a", " a", "hold:b", " time"] }];

async function stream(home: RunHome, runId: string, after = 0): Promise<Response> {
	return await home.stub.stream(ada, runId, after);
}

test("streams what was and what comes, each under its sequence number, until the run has ended", async () => {
	const home = newRunHome();
	const runId = await home.start(story);
	const response = await stream(home, runId);
	expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
	expect(response.headers.get("cache-control")).toContain("no-cache");
	await home.stub.release("a");
	await home.stub.release("b");
	const events = await allEvents(response);
	expect(events.map(({ id }) => Number(id))).toEqual(events.map((_, i) => i + 1));
	expect(events.map(({ event, data }) => event === data.type)).not.toContain(false);
	expect(events.at(-1)).toMatchObject({ event: "run.completed" });
	const { events: log } = await home.finish(runId);
	expect(events.map(({ data: { type, data } }) => [type, data])).toEqual(log.map(({ type, data }) => [type, data]));
});

test("a client that leaves after any event and comes back loses nothing and repeats nothing", async () => {
	const home = newRunHome();
	const runId = await home.start(story);
	const seen: string[] = [];
	const text: string[] = [];
	let after = 0;
	for (;;) {
		const response = await stream(home, runId, after);
		if (response.status === 204) break;
		for await (const { id, event, data } of sseEvents(response)) {
			after = Number(id);
			seen.push(id!);
			if (event === "text.delta") text.push(data.data.text);
			break;
		}
		if (text.length === 1) await home.stub.release("a");
		if (text.length === 2) await home.stub.release("b");
	}
	const { events } = await home.finish(runId);
	expect(seen.map(Number)).toEqual(events.map(({ seq }) => seq));
	expect(isGapless(events)).toBe(true);
	expect(text.join("")).toBe("Once upon a time");
});

test("204 for a client that has everything, and for no other", async () => {
	const home = newRunHome();
	const runId = await home.start([{ effect: "done" }]);
	const { events } = await home.finish(runId);
	expect((await stream(home, runId, events.length)).status).toBe(204);
	expect((await stream(home, runId, events.length + 5)).status).toBe(204);
	const last = await stream(home, runId, events.length - 1);
	expect(last.status).toBe(200);
	expect(await allEvents(last)).toHaveLength(1);
});

test("a stream ends when the run asks for input, and the next goes on behind it", async () => {
	const home = newRunHome();
	const runId = await home.start([{ ask: "name" }, { effect: "x" }]);
	const first = await allEvents(await stream(home, runId));
	expect(first.at(-1)).toMatchObject({ event: "run.input_required", data: { data: { ask: "name" } } });
	await home.stub.answer(runId, "Ada");
	const second = await allEvents(await stream(home, runId, first.length));
	expect([...first, ...second].map(({ id }) => Number(id))).toEqual([...first, ...second].map((_, i) => i + 1));
	expect(second.at(-1)!.event).toBe("run.completed");
});

test("past retention the first event says so and how the run is", async () => {
	const home = newRunHome();
	const runId = await home.start(story);
	await home.stub.release("a");
	await home.stub.release("b");
	const { events } = await home.finish(runId);
	await home.stub.forget(Date.now() + 1);
	const [resync, ...more] = await allEvents(await stream(home, runId, 2));
	expect(resync).toMatchObject({
		id: String(events.length),
		event: "run.resync",
		data: { data: { reason: "retention", status: "completed", result: { steps: 1 } } },
	});
	expect(more).toEqual([]);
	expect((await stream(home, runId, events.length)).status).toBe(204);
});

test("nobody else sees the stream, or that there is one", async () => {
	const home = newRunHome();
	const runId = await home.start(story);
	expect(await refusalOf(home.stub.stream(bob, runId, 0))).toMatchObject({ code: "not_found" });
	expect(await refusalOf(home.stub.stream(ada, newRunId("other"), 0))).toMatchObject({ code: "not_found" });
	const events = sseEvents(await home.stub.stream({ ...bob, role: "admin" }, runId, 0));
	expect((await events.next()).value).toMatchObject({ event: "run.queued" });
	await events.return(undefined);
});

/** A stream of a running run, with the clock in the test's hands. */
async function withStream(
	use: (parts: { log: RunLog; feed: RunFeed; id: string; response: Response }) => Promise<void>,
) {
	await runInDurableObject(newRunHome().stub, async (_, { storage }) => {
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
		const log = new RunLog(storage);
		const id = newRunId("home");
		log.insert({ id, caller: ada, status: "running", input: {} });
		log.append(id, [{ type: "one", data: { text: "x".repeat(100_000) } }]);
		const feed = new RunFeed();
		await use({ log, feed, id, response: streamRun(log, feed, log.get(id), 0) });
	});
}

test("an idle stream is kept alive by comments", async () => {
	await withStream(async ({ log, feed, id, response }) => {
		const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
		let text = "";
		while (!text.endsWith("\n\n")) text += (await reader.read()).value;
		expect(text).toMatch(/^id: 1\nevent: one\n/);
		for (let i = 0; i < 2; i++) {
			const next = reader.read();
			await vi.advanceTimersByTimeAsync(15_000);
			expect((await next).value).toBe(": keep-alive\n\n");
		}
		const next = reader.read();
		log.append(id, [{ type: "two" }]);
		feed.notify(id);
		expect((await next).value).toMatch(/^id: 2\nevent: two\n/);
		await reader.cancel();
	});
});

test("a client that takes nothing for half a minute is dropped; one that is only slow is not", async () => {
	await withStream(async ({ response }) => {
		await vi.advanceTimersByTimeAsync(31_000);
		await expect(response.text()).rejects.toThrow();
	});
	vi.useRealTimers();
	await withStream(async ({ response }) => {
		await vi.advanceTimersByTimeAsync(29_000);
		const events = sseEvents(response);
		expect((await events.next()).value).toMatchObject({ id: "1", event: "one" });
		await events.return(undefined);
	});
});
