import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import type { RunEvent } from "#run/run";
import { asCaller } from "../../test/support/as-caller.ts";
import { sseEvents } from "../../test/support/sse-events.ts";
import { ask, begin, eventsOf, execute, execution, messages, objectOf, reach, scripted } from "./testing.ts";

const ada = asCaller("usr_ada");
/** Long enough to be cut in the middle, short enough to be said again. */
const long = { say: "one two three four five six seven eight", delayMs: 40 };

test("a turn that a crash cuts off completes by itself, and a client that resumes sees every event once", async () => {
	const { id } = await scripted(ada, [{ say: "First. " }, { call: "current_time" }, long], { tools: ["current_time"] });
	const { executionId, sessionId } = await begin(ada, id, "go");
	const seen: RunEvent[] = [];
	let crashes = 0;
	for (;;) {
		const last = String(seen.at(-1)?.seq ?? 0);
		const response = await ada.get(`/api/v1/agents/executions/${executionId}/stream`, { "last-event-id": last });
		if (response.status === 204) break;
		for await (const { data } of sseEvents(response)) {
			seen.push(data);
			if (crashes < 2 && data.type === "message.delta" && long.say.includes(data.data.text.trim())) break;
		}
		if (crashes++ < 2) await abortAllDurableObjects();
	}
	expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, i) => i + 1));
	expect(seen.at(-1)).toMatchObject({ type: "run.completed", data: { steps: 2 } });
	expect(seen.filter(({ type }) => type === "tool.started")).toHaveLength(1);
	expect(seen.filter(({ type }) => type === "message.discarded")).toHaveLength(2);
	expect(shown(seen)).toEqual(["First. ", long.say]);
	expect((await eventsOf(ada, executionId)).map(({ seq, type, data }) => [seq, type, data])).toEqual(
		seen.map(({ seq, type, data }) => [seq, type, data]),
	);
	expect((await messages(ada, sessionId)).map(({ role }) => role)).toEqual(["assistant", "tool", "assistant", "user"]);
});

/** The texts that a client shows which follows the deltas and takes back what is discarded. */
function shown(events: RunEvent[]): string[] {
	const texts = new Map<string, string>();
	for (const { type, data } of events) {
		const messageId = data.messageId as string;
		if (type === "message.delta") texts.set(messageId, (texts.get(messageId) ?? "") + String(data.text));
		if (type === "message.discarded") texts.delete(messageId);
	}
	return [...texts.values()];
}

test("after a crash nobody has to ask: the alarm takes the turn to its end", async () => {
	const { id } = await scripted(ada, [long]);
	const { executionId } = await begin(ada, id, "go");
	await reach(ada, executionId, "message.delta");
	await abortAllDurableObjects();
	expect(await runDurableObjectAlarm(objectOf(executionId))).toBe(true);
	await vi.waitFor(async () => expect(await execution(ada, executionId)).toMatchObject({ status: "completed" }), 5_000);
});

test("what was accepted and not begun survives a crash", async () => {
	const { id } = await scripted(ada, [[long], [{ say: "{{message}}" }]], { multitaskStrategy: "enqueue" });
	const first = await begin(ada, id, "one");
	const second = await begin(ada, id, { message: "two", sessionId: first.sessionId });
	await abortAllDurableObjects();
	await runDurableObjectAlarm(objectOf(first.sessionId));
	expect((await eventsOf(ada, second.executionId)).at(-1)).toMatchObject({ data: { response: "two" } });
	expect(await execution(ada, first.executionId)).toMatchObject({ output: { response: long.say } });
});

test("a question waits across a crash", async () => {
	const { id } = await scripted(ada, [{ ask: "Name?" }, { say: "Hello {{result}}" }], { tools: ["ask_user"] });
	const { sessionId, executionId } = await ask(ada, id, "hi");
	await abortAllDurableObjects();
	expect(await ask(ada, id, { message: "Ada", sessionId })).toMatchObject({ executionId, status: "completed" });
});

test("turn 200 of a conversation reads and writes no more rows than turn 2", { timeout: 30_000 }, async () => {
	const { id } = await scripted(ada, [{ say: "ok" }]);
	const { sessionId } = await ask(ada, id, "turn 1");
	const second = await countRows(sessionId, () => ask(ada, id, { message: "turn 2", sessionId }));
	for (let turn = 3; turn < 200; turn++) {
		expect((await execute(ada, id, { message: `turn ${turn}`, sessionId })).status).toBe(200);
	}
	const last = await countRows(sessionId, () => ask(ada, id, { message: "turn 200", sessionId }));
	expect(second.read).toBeGreaterThan(0);
	expect(last.read).toBeLessThanOrEqual(second.read + 10);
	expect(last.written).toBeLessThanOrEqual(second.written + 2);
	await evictDurableObject(objectOf(sessionId));
	expect((await ask(ada, id, { message: "still here", sessionId })).response).toBe("ok");
});

/** Rows that the session's object reads and writes meanwhile, with its projection and its alarm. */
async function countRows(sessionId: string, work: () => Promise<unknown>): Promise<{ read: number; written: number }> {
	await runDurableObjectAlarm(objectOf(sessionId));
	const counted = await runInDurableObject(objectOf(sessionId), (_, { storage }) => {
		const cursors: Array<SqlStorageCursor<Record<string, SqlStorageValue>>> = [];
		const exec = storage.sql.exec.bind(storage.sql);
		vi.spyOn(storage.sql, "exec").mockImplementation((query: string, ...values: unknown[]) => {
			const cursor = exec(query, ...values);
			cursors.push(cursor);
			return cursor;
		});
		return { cursors };
	});
	await work();
	await runDurableObjectAlarm(objectOf(sessionId));
	vi.restoreAllMocks();
	return await runInDurableObject(objectOf(sessionId), () => ({
		read: counted.cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
		written: counted.cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0),
	}));
}
