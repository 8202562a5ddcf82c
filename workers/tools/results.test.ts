import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { ToolRuns } from "#tools/tool-runs-object";
import { homeOf } from "#run/run-id";
import type { ToolsClient } from "#tools/client";
import type { ExecuteToolResponse, ToolExecution } from "#tools/schema";
import { asCaller } from "../../test/support/as-caller.ts";
import { begin, call, eventsOf, execute, expectJson, expectProblem, listed, reached, toolOf } from "./testing.ts";

const ada = asCaller("usr_ada");
const repeats = "export function run({ text, times }) { return text.repeat(times); }";
const path = (id: string) => `/api/v1/tools/executions/${id}/result`;

async function repeater(): Promise<string> {
	return (await toolOf(ada, repeats)).id;
}

describe("a kept result", () => {
	test("of 64 KiB of JSON is in its execution, and one byte more is where its reference says", async () => {
		const toolId = await repeater();
		// With two quotes.
		const fits = await begin(ada, toolId, { text: "a", times: 65_534 });
		expect((await reached(ada, fits, "completed")).output).toHaveLength(65_534);
		expect(await expectJson(await ada.get(path(fits)), 200)).toHaveLength(65_534);
		const long = await begin(ada, toolId, { text: "a", times: 65_535 });
		const reference = { $ref: path(long), bytes: 65_537 };
		expect((await reached(ada, long, "completed")).output).toEqual(reference);
		expect(await eventsOf(ada, long)).toContain("run.completed");
		const all = await listed(ada, `toolId=${toolId}&status=completed`, 2);
		expect(all.find(({ id }) => id === long)?.output).toEqual(reference);
		const response = await ada.get(path(long));
		expect(response.headers.get("content-type")).toBe("application/json");
		expect(response.headers.get("x-content-type-options")).toBe("nosniff");
		expect(await expectJson(response, 200)).toBe("a".repeat(65_535));
	});

	test("is measured in bytes, not in letters", async () => {
		const id = await begin(ada, await repeater(), { text: "ü", times: 40_000 });
		expect((await reached(ada, id, "completed")).output).toEqual({ $ref: path(id), bytes: 80_002 });
		expect(await expectJson(await ada.get(path(id)), 200)).toBe("ü".repeat(40_000));
	});

	test("is its owner's, and there is none before the call has ended well", async () => {
		const toolId = await repeater();
		const id = await begin(ada, toolId, { text: "a", times: 100_000 });
		await reached(ada, id, "completed");
		await expectProblem(await asCaller("usr_bob").get(path(id)), 404, "not_found");
		const { id: broken } = await toolOf(ada, 'export function run() { throw new Error("no"); }');
		const failed = await begin(ada, broken, {});
		await reached(ada, failed, "failed");
		await expectProblem(await ada.get(path(failed)), 409, "conflict");
	});

	test("does not become another where a tool answers what looks like a reference", async () => {
		const { id: toolId } = await toolOf(ada, 'export function run() { return { $ref: "/elsewhere", bytes: 1 }; }');
		const id = await begin(ada, toolId, {});
		await reached(ada, id, "completed");
		expect(await expectJson(await ada.get(path(id)), 200)).toEqual({ $ref: "/elsewhere", bytes: 1 });
	});

	test("survives a crash, and is deleted with the events of its run", async () => {
		const id = await begin(ada, await repeater(), { text: "a", times: 70_000 });
		await reached(ada, id, "completed");
		await abortAllDurableObjects();
		expect(await expectJson(await ada.get(path(id)), 200)).toHaveLength(70_000);
		const home = env.TOOL_RUNS.getByName(homeOf(id));
		await runDurableObjectAlarm(home);
		expect((await ada.get(path(id))).status).toBe(200);
		const longAgo = 31 * 86_400_000;
		await runInDurableObject(home, async (object: ToolRuns, { storage: { sql } }) => {
			sql.exec("UPDATE call_results SET stored_at = stored_at - ?", longAgo);
			await object.alarm();
			expect(sql.exec("SELECT 1 FROM call_results").toArray()).toEqual([]);
		});
		expect(await env.FILES.head(`results/${id}`)).toBeNull();
		await expectProblem(await ada.get(path(id)), 404, "not_found");
	});
});

describe("who waits for a long result", () => {
	test("gets it at once where the call is not kept, and by reference where it is", async () => {
		const toolId = await repeater();
		expect((await call(ada, toolId, { text: "a", times: 100_000 })).result).toHaveLength(100_000);
		const headers = { "idempotency-key": crypto.randomUUID() };
		const kept = await execute(ada, toolId, { text: "a", times: 100_000 }, { headers });
		const { executionId, result } = await expectJson<ExecuteToolResponse>(kept, 200);
		expect(result).toEqual({ $ref: path(executionId!), bytes: 100_002 });
	});

	test("gets all of it where it is an agent", async () => {
		const { ToolsEntrypoint: client } = exports as unknown as { ToolsEntrypoint: ToolsClient };
		const caller = { userId: "usr_ada", role: "user" as const, requestId: "req_1", traceparent: "" };
		const { id } = await toolOf(ada, repeats, { writes: true });
		const { value } = await client.call(caller, id, { text: "a", times: 100_000 });
		expect(value).toHaveLength(100_000);
		const [listedRun] = await listed(ada, `toolId=${id}`, 1);
		expect((listedRun as ToolExecution).output).toMatchObject({ bytes: 100_002 });
	});
});
