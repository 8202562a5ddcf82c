import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { asAppError } from "#core/errors";
import { homeOf } from "#run/run-id";
import type { ToolsClient } from "#tools/client";
import type { ToolExecution } from "#tools/schema";
import { asCaller, type TestCaller } from "../../test/support/as-caller.ts";
import { allEvents } from "../../test/support/sse-events.ts";
import { begin, eventsOf, execution, expectJson, expectProblem, listed, newTool, reached, toolOf } from "./testing.ts";

const ada = asCaller("usr_ada");
const elsewhere = "https://127.0.0.1/orders";

afterEach(() => {
	vi.restoreAllMocks();
});

/** Stands in for the server: what it answers to the first, second … request, and the keys that it saw. */
function serverThat(...answers: ("breaks" | "works")[]): (string | null)[] {
	const keys: (string | null)[] = [];
	vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
		keys.push(new Headers(init?.headers).get("idempotency-key"));
		if (answers[keys.length - 1] !== "works") throw new TypeError("connection refused");
		return new Response("done", { headers: { "content-type": "text/plain" } });
	});
	return keys;
}

async function post(caller: TestCaller): Promise<string> {
	return await begin(caller, "web_fetch", { url: elsewhere, method: "POST", body: "{}" });
}

/** Lets the pause of a call be over, as a restart and an alarm see it. */
async function pass(caller: TestCaller, id: string): Promise<void> {
	await reached(caller, id, "queued");
	const home = () => env.TOOL_RUNS.getByName(homeOf(id));
	await runInDurableObject(home(), (_, { storage: { sql } }) => {
		sql.exec("UPDATE call_pauses SET due_at = 0 WHERE run_id = ?", id);
	});
	await abortAllDurableObjects();
	await runDurableObjectAlarm(home());
}

async function deadLetter(caller = ada): Promise<string> {
	const id = await post(caller);
	for (let attempt = 1; attempt < 5; attempt++) {
		await vi.waitFor(async () => expect((await execution(caller, id)).lastSeq).toBe(1 + 2 * attempt));
		await pass(caller, id);
	}
	expect(await reached(caller, id, "failed")).toMatchObject({ error: { code: "bad_gateway" }, deadLetter: true });
	return id;
}

async function retry(caller: TestCaller, id: string, headers = {}): Promise<Response> {
	return await caller.send("POST", `/api/v1/tools/executions/${id}/retry`, undefined, headers);
}

describe("a kept call that fails for a reason that may pass", () => {
	test("is made again by itself, under the same key, after a pause that is told", async () => {
		const keys = serverThat("breaks", "works");
		const id = await post(ada);
		expect(await reached(ada, id, "completed")).toMatchObject({ output: { status: 200 } });
		expect(keys).toEqual([id, id]);
		const events = await allEvents(await ada.get(`/api/v1/tools/executions/${id}/stream`));
		expect(events.map(({ event }) => event)).toEqual([
			...["run.queued", "run.started", "run.retrying", "run.started", "run.completed"],
		]);
		const { at, data } = events[2]!.data as { at: string; data: { attempt: number; dueAt: string; error: object } };
		expect(data).toMatchObject({ attempt: 2, error: { code: "bad_gateway" } });
		const pauseMs = Date.parse(data.dueAt) - Date.parse(at);
		expect(pauseMs).toBeGreaterThan(450);
		expect(pauseMs).toBeLessThan(1_050);
		expect(Date.parse((events[3]!.data as { at: string }).at)).toBeGreaterThanOrEqual(Date.parse(data.dueAt));
	});

	test("goes on after a crash in its pause, and others go on meanwhile", async () => {
		serverThat("breaks", "works");
		const id = await post(ada);
		await vi.waitFor(async () => expect(await eventsSoFar(id)).toBe(3));
		const { id: toolId } = await newTool(ada);
		await reached(ada, await begin(ada, toolId, { n: 1 }), "completed");
		expect((await execution(ada, id)).status).toBe("queued");
		await abortAllDurableObjects();
		await reached(ada, id, "completed");
	});

	test("can be cancelled in its pause", async () => {
		const keys = serverThat("breaks", "works");
		const id = await post(ada);
		await vi.waitFor(async () => expect(await eventsSoFar(id)).toBe(3));
		await expectJson(await ada.send("POST", `/api/v1/tools/executions/${id}/cancel`), 200);
		await scheduler.wait(1_200);
		expect(await execution(ada, id)).toMatchObject({ status: "cancelled" });
		expect(keys).toHaveLength(1);
	});

	test("is a dead letter after five attempts, each later than the one before", async () => {
		const keys = serverThat();
		const id = await deadLetter();
		expect(keys).toEqual(Array.from({ length: 5 }, () => id));
		const events = await allEvents(await ada.get(`/api/v1/tools/executions/${id}/stream`));
		const pauses = events
			.filter(({ event }) => event === "run.retrying")
			.map(({ data }) => data as { at: string; data: { dueAt: string } })
			.map(({ at, data }) => Date.parse(data.dueAt) - Date.parse(at));
		expect(pauses).toHaveLength(4);
		for (const [n, pause] of pauses.entries()) {
			expect(pause).toBeGreaterThan(2 ** n * 500 - 50);
			expect(pause).toBeLessThan(2 ** n * 1_000 + 50);
		}
	});

	test("counts an attempt that the runtime did not survive", async () => {
		vi.spyOn(globalThis, "fetch").mockImplementation(() => new Promise(() => {}));
		const id = await post(ada);
		for (let crash = 0; crash < 5; crash++) {
			await vi.waitFor(() => expect(vi.mocked(fetch).mock.calls.length).toBe(crash + 1));
			await abortAllDurableObjects();
			await execution(ada, id);
		}
		const dead = await reached(ada, id, "failed");
		expect(dead).toMatchObject({ error: { code: "internal_error" }, deadLetter: true });
		expect(vi.mocked(fetch).mock.calls.length).toBe(5);
	});
});

describe("an agent's call", () => {
	test("is not made again by itself: the agent is told, and decides", async () => {
		const keys = serverThat("breaks", "works");
		const { ToolsEntrypoint: client } = exports as unknown as { ToolsEntrypoint: ToolsClient };
		const caller = { userId: "usr_agents", role: "user" as const, requestId: "req_1", traceparent: "" };
		const told = await client.call(caller, "web_fetch", { url: elsewhere, method: "POST" }).catch(asAppError);
		expect(told).toMatchObject({ code: "bad_gateway" });
		expect(keys).toHaveLength(1);
		const [failed] = await listed(asCaller("usr_agents"), "status=failed", 1);
		expect(failed).not.toHaveProperty("deadLetter");
	});
});

describe("a kept call that fails for good", () => {
	test.each([
		["the tool's own failure", 'export function run() { throw new Error("no"); }', "tool_failed"],
		["too little time", "export function run() { while (true); }", "tool_timeout"],
	])("by %s is not tried again", async (_, source, code) => {
		const { id: toolId } = await toolOf(ada, source, { timeout: 100 });
		const id = await begin(ada, toolId, {});
		const failed = await reached(ada, id, "failed");
		expect(failed).toMatchObject({ error: { code } });
		expect(failed).not.toHaveProperty("deadLetter");
		await expectProblem(await retry(ada, id), 409, "conflict");
		expect(await eventsOf(ada, id)).toEqual(["run.queued", "run.started", "run.failed"]);
	});
});

describe("a dead letter", () => {
	test("is tried again once, whoever asks how often, under the key that it had", async () => {
		const keys = serverThat(...Array.from({ length: 5 }, () => "breaks" as const), "works");
		const eve = asCaller("usr_eve");
		const id = await deadLetter(eve);
		expect((await listed(eve, "deadLetter=true", 1))[0]).toMatchObject({ id, deadLetter: true });
		await expectProblem(await retry(ada, id), 404, "not_found");
		await expectProblem(await retry(asCaller("usr_eve", "viewer"), id), 403, "forbidden");
		const answers = await Promise.all(Array.from({ length: 50 }, () => retry(eve, id)));
		expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
		const accepted = answers.find(({ status }) => status === 202)!;
		const again = await expectJson<ToolExecution>(accepted, 202);
		expect(accepted.headers.get("location")).toBe(`/api/v1/tools/executions/${again.id}`);
		expect(again).toMatchObject({ retryOf: id, toolId: "web_fetch" });
		await reached(eve, again.id, "completed");
		expect(keys).toEqual(Array.from({ length: 6 }, () => id));
		expect(await execution(eve, id)).toMatchObject({ status: "failed", deadLetter: false, retriedBy: again.id });
		await listed(eve, "deadLetter=true", 0);
		const all = await listed(eve, `status=failed&toolId=web_fetch&deadLetter=false`, 1);
		expect(all.find((other) => other.id === id)).toMatchObject({ deadLetter: false, retriedBy: again.id });
	});

	test("is tried again once through a crash, and by one key gives one execution", async () => {
		serverThat();
		const id = await deadLetter();
		const headers = { "idempotency-key": crypto.randomUUID() };
		const first = await expectJson<ToolExecution>(await retry(ada, id, headers), 202);
		await abortAllDurableObjects();
		expect((await expectJson<ToolExecution>(await retry(ada, id, headers), 202)).id).toBe(first.id);
		await expectProblem(await retry(ada, id), 409, "conflict");
		await expectProblem(await retry(ada, id, { "idempotency-key": "another" }), 409, "conflict");
	});
});

async function eventsSoFar(id: string): Promise<number | undefined> {
	return (await execution(ada, id)).lastSeq;
}
