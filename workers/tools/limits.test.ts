import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { asAppError } from "#core/errors";
import { newId } from "#core/ids";
import type { ToolsClient } from "#tools/client";
import { asCaller } from "../../test/support/as-caller.ts";
import { begin, call, eventsOf, execute, expectProblem, newTool, reached, toolOf } from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");
const slow = "export async function run({ n }) { for (let i = 0; i < 3e5; i++); return n; }";

function limiter() {
	return env.TOOL_LIMITERS.getByName(newId("tool"));
}

describe("the limiter of a tool", () => {
	test("gives as many places as there are, one to each name, and again what was given back", async () => {
		const tool = limiter();
		const ask = async (name: string) => await tool.acquire(name, { concurrency: 2 }, 60_000);
		expect(await ask("a")).toBe(0);
		expect(await ask("b")).toBe(0);
		expect(await ask("a")).toBe(0);
		expect(await ask("c")).toBeGreaterThan(0);
		await tool.release("b");
		expect(await ask("c")).toBe(0);
		expect(await ask("b")).toBeGreaterThan(0);
	});

	test("forgets neither places nor the minute in a crash", async () => {
		const limits = { concurrency: 2, perMinute: 3 };
		const name = newId("tool");
		const ask = async (lease: string) => await env.TOOL_LIMITERS.getByName(name).acquire(lease, limits, 60_000);
		await ask("a");
		await ask("b");
		await abortAllDurableObjects();
		expect(await ask("c")).toBeGreaterThan(0);
		await env.TOOL_LIMITERS.getByName(name).release("a");
		expect(await ask("c")).toBe(0);
		await env.TOOL_LIMITERS.getByName(name).release("b");
		await abortAllDurableObjects();
		expect(await ask("d")).toBeGreaterThan(50_000);
	});

	test("frees the place of a call that never came back", async () => {
		const tool = limiter();
		await tool.acquire("lost", { concurrency: 1 }, 50);
		const waitMs = await tool.acquire("next", { concurrency: 1 }, 60_000);
		expect(waitMs).toBeGreaterThan(0);
		expect(waitMs).toBeLessThanOrEqual(50);
		await scheduler.wait(waitMs + 5);
		expect(await tool.acquire("next", { concurrency: 1 }, 60_000)).toBe(0);
	});

	test("lets no more than its number in within any minute, and says when the next may come", async () => {
		const tool = limiter();
		const answers = await Promise.all(
			Array.from({ length: 50 }, (_, i) => tool.acquire(`call ${i}`, { perMinute: 20 }, 1_000)),
		);
		expect(answers.filter((waitMs) => waitMs === 0)).toHaveLength(20);
		// A minute ago, all but the last five.
		await runInDurableObject(tool, (_, { storage: { sql } }) => {
			sql.exec("UPDATE admissions SET at = at - 60100 WHERE number <= 15");
		});
		const later = await Promise.all(
			Array.from({ length: 50 }, (_, i) => tool.acquire(`later ${i}`, { perMinute: 20 }, 1_000)),
		);
		expect(later.filter((waitMs) => waitMs === 0)).toHaveLength(15);
	});

	test("that nobody asks any more leaves nothing behind", async () => {
		const tool = limiter();
		await tool.acquire("a", { concurrency: 1, perMinute: 1 }, 60_000);
		const tables = () =>
			runInDurableObject(tool, (_, { storage: { sql } }) =>
				sql.exec("SELECT name FROM sqlite_master WHERE name = 'leases'").toArray(),
			);
		await runDurableObjectAlarm(tool);
		expect(await tables()).toHaveLength(1);
		await runInDurableObject(tool, (_, { storage: { sql } }) => {
			sql.exec("UPDATE admissions SET at = 0");
			sql.exec("UPDATE leases SET expires_at = 0");
		});
		await runDurableObjectAlarm(tool);
		expect(await tables()).toHaveLength(0);
		expect(await tool.acquire("b", { concurrency: 1, perMinute: 1 }, 60_000)).toBe(0);
	});
});

describe("a tool with limits", () => {
	test("refuses a call beyond them to whoever waits for it, and says when to come again", async () => {
		const { id } = await newTool(ada, { shared: true, limits: { perMinute: 2 } });
		await call(ada, id, { n: 1 });
		await call(bob, id, { n: 2 });
		const refused = await execute(ada, id, { n: 3 });
		await expectProblem(refused, 429, "rate_limited");
		expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(50);
		const { ToolsEntrypoint: client } = exports as unknown as { ToolsEntrypoint: ToolsClient };
		const agent = { userId: "usr_bob", role: "user" as const, requestId: "req_1", traceparent: "" };
		const error = await client.call(agent, id, { n: 4 }).catch((thrown: unknown) => asAppError(thrown));
		expect(error).toMatchObject({ code: "rate_limited", details: { retryAfter: expect.any(Number) as number } });
	});

	test("counts no call whose parameters do not fit", async () => {
		const { id } = await newTool(ada, { limits: { perMinute: 1 } });
		await expectProblem(await execute(ada, id, { n: "one" }), 422, "invalid_input");
		expect((await call(ada, id, { n: 1 })).status).toBe("success");
	});

	test("gives its place back, also where the tool fails or does not end", async () => {
		const limits = { concurrency: 1 };
		const { id: fails } = await toolOf(ada, 'export function run() { throw new Error("no"); }', { limits });
		for (let i = 0; i < 3; i++) expect((await call(ada, fails, {})).status).toBe("error");
		const { id: hangs } = await toolOf(ada, "export function run() { while (true); }", { limits, timeout: 60 });
		for (let i = 0; i < 2; i++) expect((await call(ada, hangs, {})).status).toBe("timeout");
	});

	test("makes all kept calls, also where it has one place", async () => {
		const { id } = await toolOf(ada, slow, { limits: { concurrency: 1 } });
		const ids = await Promise.all(Array.from({ length: 12 }, (_, n) => begin(ada, id, { n })));
		for (const [n, executionId] of ids.entries()) {
			expect((await reached(ada, executionId, "completed", "failed")).output).toBe(n);
		}
	}, 30_000);

	test("lets kept calls wait in the queue without holding up those of other tools, also through a crash", async () => {
		const owner = asCaller("usr_queue");
		const { id: full } = await newTool(owner, { limits: { perMinute: 1 } });
		const { id: free } = await newTool(owner);
		await call(owner, full, { n: 0 });
		const waiting = await Promise.all(Array.from({ length: 40 }, (_, n) => begin(owner, full, { n })));
		const others = await Promise.all(Array.from({ length: 20 }, (_, n) => begin(owner, free, { n })));
		for (const id of others) await reached(owner, id, "completed");
		await abortAllDurableObjects();
		for (const id of waiting) await reached(owner, id, "queued");
		// A minute later.
		await runInDurableObject(env.TOOL_LIMITERS.getByName(full), (_, { storage: { sql } }) => {
			sql.exec("DELETE FROM admissions");
		});
		await abortAllDurableObjects();
		const first = await Promise.any(waiting.map((id) => reached(owner, id, "completed")));
		const events = await eventsOf(owner, first.id);
		expect(events.at(-1)).toBe("run.completed");
		const done = (await Promise.all(waiting.map((id) => reached(owner, id, "queued", "completed")))).filter(
			({ status }) => status === "completed",
		);
		expect(done).toHaveLength(1);
	}, 30_000);
});
