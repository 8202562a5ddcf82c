import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { refusalOf } from "#core/refusal-of.fixture";
import { ada, bob, isGapless, newRunHome } from "../../test/support/run-home.ts";
import type { TestRuns } from "../../test/support/run-worker.ts";
import { newRunId } from "./run-id.ts";
import { parseAfter } from "./run-sockets.ts";

const story = [{ say: ["Once", "hold:a", " upon", "hold:b", " a time"] }];

test("a socket gets every event once, from the place it names, and is closed when the run has ended", async () => {
	const home = newRunHome();
	const runId = await home.start(story);
	const whole = await home.socket(runId);
	const tail = await home.socket(runId, 2);
	await home.stub.release("a");
	await home.stub.release("b");
	expect(await whole.closed).toEqual({ code: 1000 });
	expect(await tail.closed).toEqual({ code: 1000 });
	const { events } = await home.finish(runId);
	expect(isGapless(whole.frames)).toBe(true);
	expect(whole.frames.map(({ type, data }) => [type, data])).toEqual(events.map(({ type, data }) => [type, data]));
	expect(tail.frames.map(({ seq }) => seq)).toEqual(events.slice(2).map(({ seq }) => seq));
});

test("a socket that was hibernated gets what it has not had, and nothing twice", async () => {
	const home = newRunHome();
	const runId = await home.start([{ ask: "name" }, { effect: "x" }]);
	const socket = await home.socket(runId);
	await socket.seen("run.input_required");
	await evictDurableObject(home.stub);
	await home.stub.answer(runId, "Ada");
	expect(await socket.closed).toEqual({ code: 1000 });
	const { events } = await home.finish(runId);
	expect(socket.frames.map(({ seq, type }) => [seq, type])).toEqual(events.map(({ seq, type }) => [seq, type]));
});

test("past retention the first frame says so", async () => {
	const home = newRunHome();
	const runId = await home.start([{ effect: "x" }]);
	const { events } = await home.finish(runId);
	await home.stub.forget(Date.now() + 1);
	const socket = await home.socket(runId);
	await socket.closed;
	expect(socket.frames).toMatchObject([{ type: "run.resync", seq: events.length, data: { status: "completed" } }]);
});

test("revoking a credential closes its sockets with 4401 and leaves the run and the others alone", async () => {
	const home = newRunHome();
	const runId = await home.start(story);
	const revoked = await home.socket(runId);
	const other = await home.socket(runId, 0, { ...ada, credentialId: "c9" });
	await home.reach(runId, "text.delta");
	await home.stub.closeSockets("c1");
	await home.stub.release("a");
	await home.stub.release("b");
	expect(await revoked.closed).toEqual({ code: 4401 });
	expect(await other.closed).toEqual({ code: 1000 });
	expect((await home.finish(runId)).status).toBe("completed");
	expect(revoked.frames.some(({ type }) => type === "text.completed")).toBe(false);
	expect(isGapless(other.frames)).toBe(true);
	expect(other.frames.at(-1)!.type).toBe("run.completed");
});

test("a socket that is being closed does not stop the run that has something to tell", async () => {
	const home = newRunHome();
	const runId = await home.start([{ ask: "name" }, { effect: "x" }]);
	const socket = await home.socket(runId);
	await socket.seen("run.input_required");
	await runInDurableObject(home.stub, async (runs: TestRuns) => {
		// In one turn: the client has had no time to answer the close.
		await Promise.all([runs.closeSockets("c1"), runs.answer(runId, "Ada")]);
	});
	expect(await socket.closed).toEqual({ code: 4401 });
	expect((await home.finish(runId)).status).toBe("completed");
});

test("a client that has gone away does not disturb the run", async () => {
	const home = newRunHome();
	const runId = await home.start(story);
	const socket = await home.socket(runId);
	await home.reach(runId, "text.delta");
	socket.close();
	await home.stub.release("a");
	await home.stub.release("b");
	expect((await home.finish(runId)).status).toBe("completed");
});

test("there is no socket for another's run, or for no run", async () => {
	const home = newRunHome();
	const runId = await home.start(story);
	expect(await refusalOf(home.socket(runId, 0, bob))).toMatchObject({ code: "not_found" });
	expect(await refusalOf(home.socket(newRunId("other")))).toMatchObject({ code: "not_found" });
});

test("a place in the log is a sequence number", () => {
	expect([undefined, null, "", "0", "17"].map(parseAfter)).toEqual([0, 0, 0, 0, 17]);
	for (const text of ["-1", "1.5", "1e3", "abc", " 1", "9".repeat(16)]) {
		expect(() => parseAfter(text), text).toThrow(expect.objectContaining({ code: "invalid_input" }));
	}
});
